// `node .ci/report.cjs REPORT`: vitest's JSON report as "PASSED FAILED" and, below it, each failed test with the beginning of its message.
const { readFileSync } = require("node:fs");
const { stripVTControlCharacters } = require("node:util");

const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const told = (name, message) => [
  `-- ${name}`,
  ...stripVTControlCharacters(message)
    .split("\n")
    .slice(0, 40)
    .map((line) => `   ${line}`),
];
console.log(numPassedTests, numFailedTests);
for (const { name, message, assertionResults } of testResults) {
  if (message) console.log(told(name, message).join("\n"));
  for (const { status, fullName, failureMessages } of assertionResults)
    if (status === "failed") console.log(told(`${name}: ${fullName}`, failureMessages.join("\n")).join("\n"));
}
