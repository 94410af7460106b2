import { S as runPruneStep } from "./verbs.js";
// src/entry/prune.ts
runPruneStep();
export {};
