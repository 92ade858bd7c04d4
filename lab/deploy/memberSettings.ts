/** Keys by which the lab tells the program for other accounts what the central stack's outputs would. */
export const memberSettings = {
  centralAccount: "lab:centralAccount",
  outputBucket: "lab:outputBucket",
} as const;
