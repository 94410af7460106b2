export { f as destroyTakenRight, p as revoke } from "./hot.js";
