import { C as runPruneStep } from "./verbs.js";
// src/entry/prune.ts
runPruneStep();
export {};
