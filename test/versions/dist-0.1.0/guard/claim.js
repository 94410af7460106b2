import { o as runClaim } from "./hot.js";
const { extname, join } = process.getBuiltinModule("path");
// src/entry/claim.ts
runClaim(join(import.meta.dirname, `keeper${extname(import.meta.filename)}`));
export {};
