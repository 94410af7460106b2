import "./hot.js";
export {};
