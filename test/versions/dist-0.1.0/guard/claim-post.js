import { n as runRelease } from "./hot.js";
// src/entry/claim-post.ts
runRelease();
export {};
