import { E as fingerprintOf } from "./main.js";
// src/producers/url.ts
function urlProducer(spec) {
	const name = "url";
	return {
		name,
		fingerprint: fingerprintOf({
			name,
			spec
		}),
		produce: () => Promise.reject(new Error("to come"))
	};
}
export { urlProducer };
