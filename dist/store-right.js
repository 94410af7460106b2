export { t as destroyTakenRight, n as revoke } from "./right.js";
