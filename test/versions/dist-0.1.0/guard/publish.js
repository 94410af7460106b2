import { r as runPublish } from "./hot.js";
// src/entry/publish.ts
runPublish();
export {};
