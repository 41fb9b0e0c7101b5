/**
 * GitHub's limits for SARIF uploads. A file beyond a hard one is rejected whole.
 * https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
 */

/** Runs in one file. */
export const runsPerFile = 20;
/** GitHub takes 25,000 results in a run and keeps the 5,000 gravest; choosing them here lets us say which are missing. */
export const resultsPerRun = 5000;
/** `shortDescription` and `fullDescription`, in characters. */
export const longestDescription = 1024;
/** A rule's name, in characters. */
export const longestName = 255;
/** GitHub reads 20 tags of a rule and keeps 10. */
export const tagsPerRule = 10;
/** A file after gzip: GitHub's 10 MB, less what the frame around the runs takes and some air. */
export const fileBytes = 9_500_000;

/** No limit of GitHub's is known for these; they keep a hostile name from filling the file. */
export const longestMessage = 1000;
export const longestHelp = 8000;
export const longestIdentifier = 500;
export const longestEvidence = 2000;
/** One segment of a virtual path, before encoding. */
export const longestSegment = 120;
