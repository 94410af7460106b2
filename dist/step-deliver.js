// src/step/deliver.ts
async function deliver(_d, _b, _r) {}
export { deliver };
