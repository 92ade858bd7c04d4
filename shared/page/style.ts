/** The page's whole style. The charts take their colours from the same properties. */
export const style = `
:root{color-scheme:light dark;--ink:#1f2328;--dim:#59636e;--line:#d1d9e0;--surface:#fff;--page:#f6f8fa;--track:#eef1f4;
--good:#1a7f37;--warn:#9a6700;--late:#bc4c00;--bad:#cf222e;--quiet:#6e7781;--busy:#0969da}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--dim:#9da7b3;--line:#3d444d;--surface:#151b23;--page:#0d1117;
--track:#212830;--good:#3fb950;--warn:#d29922;--late:#f0883e;--bad:#ff7b72;--quiet:#9198a1;--busy:#58a6ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
main,footer,body>header{max-width:1180px;margin:0 auto;padding:0 20px}
h1{font-size:1.05rem;font-weight:600;margin:24px 0 12px;color:var(--dim)}
h2{font-size:1.3rem;margin:0 0 4px}
h3{font-size:1.05rem;margin:28px 0 2px}
p{margin:0 0 10px}
.note{color:var(--dim);font-size:.9rem}
section{background:var(--surface);border:1px solid var(--line);border-radius:10px;padding:20px 24px;margin:0 0 20px}
.verdict{border-left:8px solid var(--good)}
.verdict.mixed{border-left-color:var(--late)}
a{color:var(--busy)}
.verdict.wrong{border-left-color:var(--bad)}
.verdict h2{font-size:1.6rem;line-height:1.25}
.verdict ul{margin:10px 0 4px;padding-left:22px}
.verdict li{margin:0 0 4px}
nav ul{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;margin:0 0 16px;padding:0}
:target{scroll-margin-top:8px}
.figures{display:grid;grid-template-columns:repeat(4,1fr);gap:12px;margin:0 0 20px;padding:0}
.figures div{background:var(--surface);border:1px solid var(--line);border-radius:10px;padding:12px 16px}
.figures dt{color:var(--dim);font-size:.85rem}
.figures dd{margin:0}
.figures .value,.figures .more{display:block}
.figures .value{font-size:1.55rem;font-weight:650;line-height:1.3}
.figures .more{color:var(--dim);font-size:.85rem}
.mark{vertical-align:-3px;flex:none}
.keys{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;margin:8px 0 12px;padding:0;font-size:.9rem}
.keys .mark{margin-right:6px}
.chart{margin:4px 0 8px}
.chart svg{display:block;width:100%;height:auto}
.narrow{display:none}
.narrow svg{max-width:560px;margin:0 auto}
table{border-collapse:collapse;width:100%;font-size:.9rem;margin:8px 0 4px}
.even{table-layout:fixed}
.even th:nth-child(1){width:28%}
.even th:nth-child(2){width:20%}
.even th:nth-child(4){width:23%}
.even caption,.named caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.even .sub{margin:1px 0}
caption{text-align:left;color:var(--dim);font-size:.9rem;padding:0 0 4px}
th,td{text-align:left;vertical-align:top;padding:7px 12px 7px 0;border-bottom:1px solid var(--line)}
thead th{color:var(--dim);font-weight:600;white-space:nowrap;overflow-wrap:normal;border-bottom-width:2px}
tbody th{font-weight:600}
tbody tr:last-child>*{border-bottom:0}
.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums;overflow-wrap:normal}
.when{white-space:nowrap}
.state{white-space:nowrap;font-weight:600}
.bad{color:var(--bad);font-weight:600}
.words{min-width:13em}
.what{min-width:9em}
.aside{color:var(--dim);font-weight:400}
.again{color:var(--dim);margin:10px 0 0 1.1em}
.who{min-width:10em}
.who code{white-space:nowrap}
.sub{color:var(--dim);display:block;font-size:.85rem;font-weight:400}
td ul{margin:0;padding-left:16px}
td li:only-child{list-style:none;margin-left:-16px}
code{font:.9em ui-monospace,monospace}
details{margin:10px 0 0}
td details{margin:0}
summary{cursor:pointer;color:var(--busy);font-weight:600}
pre{white-space:pre-wrap;margin:6px 0 0;font:.85rem/1.45 ui-monospace,monospace}
footer{color:var(--dim);font-size:.9rem;padding-bottom:32px}
@media screen and (max-width:1180px){
thead th,.state,.number{white-space:normal}
.words,.what,.who{min-width:0}
}
@media screen and (max-width:960px){
main,footer,body>header{padding:0 8px}
section{padding:14px 12px}
.wide{display:none}
.narrow{display:block}
.figures{gap:8px}
nav ul{gap:2px 14px}
.figures div{padding:8px 12px}
.figures .value{font-size:1.25rem}
table,tbody,tr,th,td,caption{display:block}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tr{border-bottom:1px solid var(--line);padding:8px 0}
tbody tr:last-child{border-bottom:0}
tbody th,tbody td{border:0;padding:2px 0;text-align:left;white-space:normal;display:flex;gap:10px}
tbody .number,tbody .words,tbody .what,tbody .who{text-align:left;min-width:0}
tbody td>div{min-width:0}
tbody th{font-size:1rem}
.even th:nth-child(n){width:auto}
tbody td::before{content:attr(data-label);flex:0 0 104px;color:var(--dim)}
tbody td.none{display:none}
}
@media screen and (min-width:961px){.named .number{padding-right:28px}}
@media screen and (max-width:560px){.figures{grid-template-columns:1fr 1fr}}
@media print{
@page{size:A4;margin:12mm 11mm}
:root{color-scheme:light;--ink:#000;--dim:#444;--line:#bbb;--surface:#fff;--page:#fff;--track:#eef1f4;
--good:#1a7f37;--warn:#9a6700;--late:#bc4c00;--bad:#cf222e;--quiet:#6e7781;--busy:#0550ae}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
html{font-size:8.5pt}
body{font-size:1rem;line-height:1.35}
main,footer,body>header{max-width:none;padding:0}
h1{margin:0 0 6px}
h1,h2,h3,caption,summary,.keys,.note{break-after:avoid}
h3{margin:10px 0 2px}
p{margin:0 0 4px;orphans:3;widows:3}
section{border:0;border-top:1px solid var(--line);border-radius:0;padding:8px 0 0;margin:0 0 8px}
.verdict{border-top:0;padding:6px 12px;break-inside:avoid}
.verdict h2{font-size:1.35rem}
.figures{gap:6px;margin:0 0 10px}
.figures div{padding:4px 10px;break-inside:avoid}
.figures .value{font-size:1.1rem}
.narrow{display:none}
.note{break-inside:avoid}
.chart{break-inside:avoid;margin:2px 0 4px}
table{margin:2px 0}
th,td{padding:2px 8px 2px 0}
.who,.what{min-width:6em}
.words{min-width:0}
tr,li{break-inside:avoid}
tbody tr:first-child{break-before:avoid}
.who code{white-space:normal}
details{margin:4px 0 0}
details:not([open])>summary::after{content:" (folded here; in " attr(data-file) ")";color:var(--dim);font-weight:400}
summary{list-style:none;color:var(--ink)}
a{color:inherit}
}
`;
