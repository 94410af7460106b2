import { i as __toESM, n as __exportAll, r as __require, t as __commonJSMin } from "./rolldown-runtime.js";
import { B as HELD_OPEN, F as formatBytes, I as formatDuration, K as systemCode, S as within, V as OnceError, W as messageOf, _ as jitter, b as sleep, g as deadlineIn, h as RETRY_PAUSES_MS, q as unless, v as monotonicMs, x as stopwatch, y as pauseSync, z as shorten } from "./command.js";
import { A as refuseForeign, B as processState, Ct as versionDir, Dt as newToken, Et as isToken, F as bootId, I as killProcessesOf, J as makeFolder, K as listFolder, L as pidNamespace, M as readShared, Ot as sha256, Tt as isJobId, U as GONE, W as fileSystemOf, X as removeFile, Y as namesIn, _ as Entry, b as refuseSticky, c as makeScratch, d as loadProducer, et as asFields, g as withinOf, ht as imageRecords, it as parseFields, l as removeScratch, nt as isShowable, q as lookAt, rt as isWho, s as pinOf, tt as isCount, u as withScratch, x as refuseWorldWritable, z as probe } from "./run.js";
import { B as renameFolder, D as noteWait, E as dropWait, F as publish, H as flushTree, I as wasPublished, L as withdraw, O as touchWait, P as openAttempt, R as dropDrafts, S as NETWORK, T as sweep, U as isClaim, V as flushBudget, k as waitsOf, x as LOCAL, y as describeWho, z as revokeOthers } from "./verbs.js";
import { a as measureTree, d as requireReal, i as makeReadOnly, l as inFolder, n as removeTreesIn, u as makeRealFolders } from "./tree.js";
import { c as rename, o as toolPaths } from "./tool.js";
const nodeFs = process.getBuiltinModule("fs");
const { closeSync, constants, existsSync, lstatSync, mkdirSync, openSync, readdirSync, rmdirSync, statSync, unlinkSync, watch, writeFileSync } = process.getBuiltinModule("fs");
const { basename, dirname, join } = process.getBuiltinModule("path");
const { promisify } = process.getBuiltinModule("util");
const { hostname } = process.getBuiltinModule("os");
const { connect, createServer } = process.getBuiltinModule("net");
const { chmod, mkdir, mkdtemp } = process.getBuiltinModule("fs/promises");
// src/base/watch.ts
var PolledWatch = class {
	#times;
	#end;
	#settle;
	#pollMs;
	#happened = false;
	#wake = () => {};
	constructor(times, end, settle = async () => {}) {
		this.#times = times;
		this.#end = end;
		this.#settle = settle;
		this.#pollMs = times.pollMs;
	}
	ring() {
		this.#happened = true;
		this.#wake();
	}
	async next(signal, atMostMs) {
		if (!this.#happened && !signal.aborted) {
			const event = new AbortController();
			this.#wake = () => event.abort();
			signal.addEventListener("abort", this.#wake);
			await sleep(Math.min(jitter(this.#pollMs), atMostMs), event.signal);
			signal.removeEventListener("abort", this.#wake);
			this.#wake = () => {};
		}
		await this.#settle(signal);
		const seen = this.#happened;
		this.#happened = false;
		this.#pollMs = seen ? this.#times.pollMs : Math.min(this.#pollMs * 1.5, this.#times.slowestPollMs);
		return seen;
	}
	async [Symbol.asyncDispose]() {
		this.#end();
	}
};
async function nextOf(watches, signal, atMostMs) {
	const over = new AbortController();
	const end = () => over.abort();
	signal.addEventListener("abort", end);
	if (signal.aborted) end();
	const each = watches.map((watch) => watch.next(over.signal, atMostMs));
	await Promise.race(each);
	end();
	const seen = await Promise.all(each);
	signal.removeEventListener("abort", end);
	return seen;
}
async function closeAll(watches) {
	await Promise.all(watches.map((watch) => watch[Symbol.asyncDispose]()));
}
function firstOf(...watches) {
	return {
		next: async (signal, atMostMs) => (await nextOf(watches, signal, atMostMs)).includes(true),
		[Symbol.asyncDispose]: () => closeAll(watches)
	};
}
// src/host/watch-folder.ts
const NO_POLL = {
	pollMs: Infinity,
	slowestPollMs: Infinity
};
function watchFolder(dir, names, times = NO_POLL) {
	const watch = new PolledWatch(times, () => watcher?.close());
	const watcher = subscribe(dir, (name) => {
		if (name === null || names.includes(name)) watch.ring();
	});
	return watch;
}
function subscribe(dir, onChange) {
	try {
		const watcher = watch(dir, { persistent: false }, (_event, name) => onChange(name));
		watcher.on("error", () => watcher.close());
		return watcher;
	} catch {
		return;
	}
}
// node_modules/retry/lib/retry_operation.js
var require_retry_operation = __commonJSMin(((exports, module) => {
	function RetryOperation(timeouts, options) {
		if (typeof options === "boolean") options = { forever: options };
		this._originalTimeouts = JSON.parse(JSON.stringify(timeouts));
		this._timeouts = timeouts;
		this._options = options || {};
		this._maxRetryTime = options && options.maxRetryTime || Infinity;
		this._fn = null;
		this._errors = [];
		this._attempts = 1;
		this._operationTimeout = null;
		this._operationTimeoutCb = null;
		this._timeout = null;
		this._operationStart = null;
		if (this._options.forever) this._cachedTimeouts = this._timeouts.slice(0);
	}
	module.exports = RetryOperation;
	RetryOperation.prototype.reset = function() {
		this._attempts = 1;
		this._timeouts = this._originalTimeouts;
	};
	RetryOperation.prototype.stop = function() {
		if (this._timeout) clearTimeout(this._timeout);
		this._timeouts = [];
		this._cachedTimeouts = null;
	};
	RetryOperation.prototype.retry = function(err) {
		if (this._timeout) clearTimeout(this._timeout);
		if (!err) return false;
		var currentTime = new Date().getTime();
		if (err && currentTime - this._operationStart >= this._maxRetryTime) {
			this._errors.unshift(new Error("RetryOperation timeout occurred"));
			return false;
		}
		this._errors.push(err);
		var timeout = this._timeouts.shift();
		if (timeout === void 0) {
			if (this._cachedTimeouts) {
				this._errors.splice(this._errors.length - 1, this._errors.length);
				this._timeouts = this._cachedTimeouts.slice(0);
				timeout = this._timeouts.shift();
			} else return false;
		}
		var self = this;
		var timer = setTimeout(function() {
			self._attempts++;
			if (self._operationTimeoutCb) {
				self._timeout = setTimeout(function() {
					self._operationTimeoutCb(self._attempts);
				}, self._operationTimeout);
				if (self._options.unref) self._timeout.unref();
			}
			self._fn(self._attempts);
		}, timeout);
		if (this._options.unref) timer.unref();
		return true;
	};
	RetryOperation.prototype.attempt = function(fn, timeoutOps) {
		this._fn = fn;
		if (timeoutOps) {
			if (timeoutOps.timeout) this._operationTimeout = timeoutOps.timeout;
			if (timeoutOps.cb) this._operationTimeoutCb = timeoutOps.cb;
		}
		var self = this;
		if (this._operationTimeoutCb) this._timeout = setTimeout(function() {
			self._operationTimeoutCb();
		}, self._operationTimeout);
		this._operationStart = new Date().getTime();
		this._fn(this._attempts);
	};
	RetryOperation.prototype.try = function(fn) {
		console.log("Using RetryOperation.try() is deprecated");
		this.attempt(fn);
	};
	RetryOperation.prototype.start = function(fn) {
		console.log("Using RetryOperation.start() is deprecated");
		this.attempt(fn);
	};
	RetryOperation.prototype.start = RetryOperation.prototype.try;
	RetryOperation.prototype.errors = function() {
		return this._errors;
	};
	RetryOperation.prototype.attempts = function() {
		return this._attempts;
	};
	RetryOperation.prototype.mainError = function() {
		if (this._errors.length === 0) return null;
		var counts = {};
		var mainError = null;
		var mainErrorCount = 0;
		for (var i = 0; i < this._errors.length; i++) {
			var error = this._errors[i];
			var message = error.message;
			var count = (counts[message] || 0) + 1;
			counts[message] = count;
			if (count >= mainErrorCount) {
				mainError = error;
				mainErrorCount = count;
			}
		}
		return mainError;
	};
}));
// node_modules/retry/lib/retry.js
var require_retry$1 = __commonJSMin(((exports) => {
	var RetryOperation = require_retry_operation();
	exports.operation = function(options) {
		return new RetryOperation(exports.timeouts(options), {
			forever: options && options.forever,
			unref: options && options.unref,
			maxRetryTime: options && options.maxRetryTime
		});
	};
	exports.timeouts = function(options) {
		if (options instanceof Array) return [].concat(options);
		var opts = {
			retries: 10,
			factor: 2,
			minTimeout: 1e3,
			maxTimeout: Infinity,
			randomize: false
		};
		for (var key in options) opts[key] = options[key];
		if (opts.minTimeout > opts.maxTimeout) throw new Error("minTimeout is greater than maxTimeout");
		var timeouts = [];
		for (var i = 0; i < opts.retries; i++) timeouts.push(this.createTimeout(i, opts));
		if (options && options.forever && !timeouts.length) timeouts.push(this.createTimeout(i, opts));
		timeouts.sort(function(a, b) {
			return a - b;
		});
		return timeouts;
	};
	exports.createTimeout = function(attempt, opts) {
		var random = opts.randomize ? Math.random() + 1 : 1;
		var timeout = Math.round(random * opts.minTimeout * Math.pow(opts.factor, attempt));
		timeout = Math.min(timeout, opts.maxTimeout);
		return timeout;
	};
	exports.wrap = function(obj, options, methods) {
		if (options instanceof Array) {
			methods = options;
			options = null;
		}
		if (!methods) {
			methods = [];
			for (var key in obj) if (typeof obj[key] === "function") methods.push(key);
		}
		for (var i = 0; i < methods.length; i++) {
			var method = methods[i];
			var original = obj[method];
			obj[method] = function retryWrapper(original) {
				var op = exports.operation(options);
				var args = Array.prototype.slice.call(arguments, 1);
				var callback = args.pop();
				args.push(function(err) {
					if (op.retry(err)) return;
					if (err) arguments[0] = op.mainError();
					callback.apply(this, arguments);
				});
				op.attempt(function() {
					original.apply(obj, args);
				});
			}.bind(obj, original);
			obj[method].options = options;
		}
	};
}));
// node_modules/retry/index.js
var require_retry = __commonJSMin(((exports, module) => {
	module.exports = require_retry$1();
}));
// node_modules/signal-exit/signals.js
var require_signals = __commonJSMin(((exports, module) => {
	module.exports = [
		"SIGABRT",
		"SIGALRM",
		"SIGHUP",
		"SIGINT",
		"SIGTERM"
	];
	if (process.platform !== "win32") module.exports.push("SIGVTALRM", "SIGXCPU", "SIGXFSZ", "SIGUSR2", "SIGTRAP", "SIGSYS", "SIGQUIT", "SIGIOT");
	if (process.platform === "linux") module.exports.push("SIGIO", "SIGPOLL", "SIGPWR", "SIGSTKFLT", "SIGUNUSED");
}));
// node_modules/signal-exit/index.js
var require_signal_exit = __commonJSMin(((exports, module) => {
	var process = global.process;
	const processOk = function(process) {
		return process && typeof process === "object" && typeof process.removeListener === "function" && typeof process.emit === "function" && typeof process.reallyExit === "function" && typeof process.listeners === "function" && typeof process.kill === "function" && typeof process.pid === "number" && typeof process.on === "function";
	};
	if (!processOk(process)) module.exports = function() {
		return function() {};
	};
	else {
		var assert = __require("assert");
		var signals = require_signals();
		var isWin = /^win/i.test(process.platform);
		var EE = __require("events");
		if (typeof EE !== "function") EE = EE.EventEmitter;
		var emitter;
		if (process.__signal_exit_emitter__) emitter = process.__signal_exit_emitter__;
		else {
			emitter = process.__signal_exit_emitter__ = new EE();
			emitter.count = 0;
			emitter.emitted = {};
		}
		if (!emitter.infinite) {
			emitter.setMaxListeners(Infinity);
			emitter.infinite = true;
		}
		module.exports = function(cb, opts) {
			if (!processOk(global.process)) return function() {};
			assert.equal(typeof cb, "function", "a callback must be provided for exit handler");
			if (loaded === false) load();
			var ev = "exit";
			if (opts && opts.alwaysLast) ev = "afterexit";
			var remove = function() {
				emitter.removeListener(ev, cb);
				if (emitter.listeners("exit").length === 0 && emitter.listeners("afterexit").length === 0) unload();
			};
			emitter.on(ev, cb);
			return remove;
		};
		var unload = function unload() {
			if (!loaded || !processOk(global.process)) return;
			loaded = false;
			signals.forEach(function(sig) {
				try {
					process.removeListener(sig, sigListeners[sig]);
				} catch (er) {}
			});
			process.emit = originalProcessEmit;
			process.reallyExit = originalProcessReallyExit;
			emitter.count -= 1;
		};
		module.exports.unload = unload;
		var emit = function emit(event, code, signal) {
			if (emitter.emitted[event]) return;
			emitter.emitted[event] = true;
			emitter.emit(event, code, signal);
		};
		var sigListeners = {};
		signals.forEach(function(sig) {
			sigListeners[sig] = function listener() {
				if (!processOk(global.process)) return;
				if (process.listeners(sig).length === emitter.count) {
					unload();
					emit("exit", null, sig);
					emit("afterexit", null, sig);
					if (isWin && sig === "SIGHUP") sig = "SIGINT";
					process.kill(process.pid, sig);
				}
			};
		});
		module.exports.signals = function() {
			return signals;
		};
		var loaded = false;
		var load = function load() {
			if (loaded || !processOk(global.process)) return;
			loaded = true;
			emitter.count += 1;
			signals = signals.filter(function(sig) {
				try {
					process.on(sig, sigListeners[sig]);
					return true;
				} catch (er) {
					return false;
				}
			});
			process.emit = processEmit;
			process.reallyExit = processReallyExit;
		};
		module.exports.load = load;
		var originalProcessReallyExit = process.reallyExit;
		var processReallyExit = function processReallyExit(code) {
			if (!processOk(global.process)) return;
			process.exitCode = code || 0;
			emit("exit", process.exitCode, null);
			emit("afterexit", process.exitCode, null);
			originalProcessReallyExit.call(process, process.exitCode);
		};
		var originalProcessEmit = process.emit;
		var processEmit = function processEmit(ev, arg) {
			if (ev === "exit" && processOk(global.process)) {
				if (arg !== void 0) process.exitCode = arg;
				var ret = originalProcessEmit.apply(this, arguments);
				emit("exit", process.exitCode, null);
				emit("afterexit", process.exitCode, null);
				return ret;
			} else return originalProcessEmit.apply(this, arguments);
		};
	}
}));
// node_modules/proper-lockfile/lib/mtime-precision.js
var require_mtime_precision = __commonJSMin(((exports, module) => {
	const cacheSymbol = Symbol();
	function probe(file, fs, callback) {
		const cachedPrecision = fs[cacheSymbol];
		if (cachedPrecision) return fs.stat(file, (err, stat) => {
			if (err) return callback(err);
			callback(null, stat.mtime, cachedPrecision);
		});
		const mtime = new Date(Math.ceil(Date.now() / 1e3) * 1e3 + 5);
		fs.utimes(file, mtime, mtime, (err) => {
			if (err) return callback(err);
			fs.stat(file, (err, stat) => {
				if (err) return callback(err);
				const precision = stat.mtime.getTime() % 1e3 === 0 ? "s" : "ms";
				Object.defineProperty(fs, cacheSymbol, { value: precision });
				callback(null, stat.mtime, precision);
			});
		});
	}
	function getMtime(precision) {
		let now = Date.now();
		if (precision === "s") now = Math.ceil(now / 1e3) * 1e3;
		return new Date(now);
	}
	module.exports.probe = probe;
	module.exports.getMtime = getMtime;
}));
// node_modules/proper-lockfile/lib/lockfile.js
var require_lockfile = __commonJSMin(((exports, module) => {
	const path = __require("path");
	const fs = __require("node:fs");
	const retry = require_retry();
	const onExit = require_signal_exit();
	const mtimePrecision = require_mtime_precision();
	const locks = {};
	function getLockFile(file, options) {
		return options.lockfilePath || `${file}.lock`;
	}
	function resolveCanonicalPath(file, options, callback) {
		if (!options.realpath) return callback(null, path.resolve(file));
		options.fs.realpath(file, callback);
	}
	function acquireLock(file, options, callback) {
		const lockfilePath = getLockFile(file, options);
		options.fs.mkdir(lockfilePath, (err) => {
			if (!err) return mtimePrecision.probe(lockfilePath, options.fs, (err, mtime, mtimePrecision) => {
				if (err) {
					options.fs.rmdir(lockfilePath, () => {});
					return callback(err);
				}
				callback(null, mtime, mtimePrecision);
			});
			if (err.code !== "EEXIST") return callback(err);
			if (options.stale <= 0) return callback(Object.assign(new Error("Lock file is already being held"), {
				code: "ELOCKED",
				file
			}));
			options.fs.stat(lockfilePath, (err, stat) => {
				if (err) {
					if (err.code === "ENOENT") return acquireLock(file, {
						...options,
						stale: 0
					}, callback);
					return callback(err);
				}
				if (!isLockStale(stat, options)) return callback(Object.assign(new Error("Lock file is already being held"), {
					code: "ELOCKED",
					file
				}));
				removeLock(file, options, (err) => {
					if (err) return callback(err);
					acquireLock(file, {
						...options,
						stale: 0
					}, callback);
				});
			});
		});
	}
	function isLockStale(stat, options) {
		return stat.mtime.getTime() < Date.now() - options.stale;
	}
	function removeLock(file, options, callback) {
		options.fs.rmdir(getLockFile(file, options), (err) => {
			if (err && err.code !== "ENOENT") return callback(err);
			callback();
		});
	}
	function updateLock(file, options) {
		const lock = locks[file];
		if (lock.updateTimeout) return;
		lock.updateDelay = lock.updateDelay || options.update;
		lock.updateTimeout = setTimeout(() => {
			lock.updateTimeout = null;
			options.fs.stat(lock.lockfilePath, (err, stat) => {
				const isOverThreshold = lock.lastUpdate + options.stale < Date.now();
				if (err) {
					if (err.code === "ENOENT" || isOverThreshold) return setLockAsCompromised(file, lock, Object.assign(err, { code: "ECOMPROMISED" }));
					lock.updateDelay = 1e3;
					return updateLock(file, options);
				}
				if (!(lock.mtime.getTime() === stat.mtime.getTime())) return setLockAsCompromised(file, lock, Object.assign(new Error("Unable to update lock within the stale threshold"), { code: "ECOMPROMISED" }));
				const mtime = mtimePrecision.getMtime(lock.mtimePrecision);
				options.fs.utimes(lock.lockfilePath, mtime, mtime, (err) => {
					const isOverThreshold = lock.lastUpdate + options.stale < Date.now();
					if (lock.released) return;
					if (err) {
						if (err.code === "ENOENT" || isOverThreshold) return setLockAsCompromised(file, lock, Object.assign(err, { code: "ECOMPROMISED" }));
						lock.updateDelay = 1e3;
						return updateLock(file, options);
					}
					lock.mtime = mtime;
					lock.lastUpdate = Date.now();
					lock.updateDelay = null;
					updateLock(file, options);
				});
			});
		}, lock.updateDelay);
		if (lock.updateTimeout.unref) lock.updateTimeout.unref();
	}
	function setLockAsCompromised(file, lock, err) {
		lock.released = true;
		if (lock.updateTimeout) clearTimeout(lock.updateTimeout);
		if (locks[file] === lock) delete locks[file];
		lock.options.onCompromised(err);
	}
	function lock(file, options, callback) {
		options = {
			stale: 1e4,
			update: null,
			realpath: true,
			retries: 0,
			fs,
			onCompromised: (err) => {
				throw err;
			},
			...options
		};
		options.retries = options.retries || 0;
		options.retries = typeof options.retries === "number" ? { retries: options.retries } : options.retries;
		options.stale = Math.max(options.stale || 0, 2e3);
		options.update = options.update == null ? options.stale / 2 : options.update || 0;
		options.update = Math.max(Math.min(options.update, options.stale / 2), 1e3);
		resolveCanonicalPath(file, options, (err, file) => {
			if (err) return callback(err);
			const operation = retry.operation(options.retries);
			operation.attempt(() => {
				acquireLock(file, options, (err, mtime, mtimePrecision) => {
					if (operation.retry(err)) return;
					if (err) return callback(operation.mainError());
					const lock = locks[file] = {
						lockfilePath: getLockFile(file, options),
						mtime,
						mtimePrecision,
						options,
						lastUpdate: Date.now()
					};
					updateLock(file, options);
					callback(null, (releasedCallback) => {
						if (lock.released) return releasedCallback && releasedCallback(Object.assign(new Error("Lock is already released"), { code: "ERELEASED" }));
						unlock(file, {
							...options,
							realpath: false
						}, releasedCallback);
					});
				});
			});
		});
	}
	function unlock(file, options, callback) {
		options = {
			fs,
			realpath: true,
			...options
		};
		resolveCanonicalPath(file, options, (err, file) => {
			if (err) return callback(err);
			const lock = locks[file];
			if (!lock) return callback(Object.assign(new Error("Lock is not acquired/owned by you"), { code: "ENOTACQUIRED" }));
			lock.updateTimeout && clearTimeout(lock.updateTimeout);
			lock.released = true;
			delete locks[file];
			removeLock(file, options, callback);
		});
	}
	function check(file, options, callback) {
		options = {
			stale: 1e4,
			realpath: true,
			fs,
			...options
		};
		options.stale = Math.max(options.stale || 0, 2e3);
		resolveCanonicalPath(file, options, (err, file) => {
			if (err) return callback(err);
			options.fs.stat(getLockFile(file, options), (err, stat) => {
				if (err) return err.code === "ENOENT" ? callback(null, false) : callback(err);
				return callback(null, !isLockStale(stat, options));
			});
		});
	}
	function getLocks() {
		return locks;
	}
	onExit(() => {
		for (const file in locks) {
			const options = locks[file].options;
			try {
				options.fs.rmdirSync(getLockFile(file, options));
			} catch (e) {}
		}
	});
	module.exports.lock = lock;
	module.exports.unlock = unlock;
	module.exports.check = check;
	module.exports.getLocks = getLocks;
}));
// node_modules/proper-lockfile/lib/adapter.js
var require_adapter = __commonJSMin(((exports, module) => {
	const fs = __require("node:fs");
	function createSyncFs(fs) {
		const methods = [
			"mkdir",
			"realpath",
			"stat",
			"rmdir",
			"utimes"
		];
		const newFs = { ...fs };
		methods.forEach((method) => {
			newFs[method] = (...args) => {
				const callback = args.pop();
				let ret;
				try {
					ret = fs[`${method}Sync`](...args);
				} catch (err) {
					return callback(err);
				}
				callback(null, ret);
			};
		});
		return newFs;
	}
	function toPromise(method) {
		return (...args) => new Promise((resolve, reject) => {
			args.push((err, result) => {
				if (err) reject(err);
				else resolve(result);
			});
			method(...args);
		});
	}
	function toSync(method) {
		return (...args) => {
			let err;
			let result;
			args.push((_err, _result) => {
				err = _err;
				result = _result;
			});
			method(...args);
			if (err) throw err;
			return result;
		};
	}
	function toSyncOptions(options) {
		options = { ...options };
		options.fs = createSyncFs(options.fs || fs);
		if (typeof options.retries === "number" && options.retries > 0 || options.retries && typeof options.retries.retries === "number" && options.retries.retries > 0) throw Object.assign(new Error("Cannot use retries with the sync api"), { code: "ESYNC" });
		return options;
	}
	module.exports = {
		toPromise,
		toSync,
		toSyncOptions
	};
}));
// src/host/socket.ts
var import_proper_lockfile = __toESM(__commonJSMin(((exports, module) => {
	const lockfile = require_lockfile();
	const { toPromise, toSync, toSyncOptions } = require_adapter();
	async function lock(file, options) {
		const release = await toPromise(lockfile.lock)(file, options);
		return toPromise(release);
	}
	function lockSync(file, options) {
		const release = toSync(lockfile.lock)(file, toSyncOptions(options));
		return toSync(release);
	}
	function unlock(file, options) {
		return toPromise(lockfile.unlock)(file, options);
	}
	function unlockSync(file, options) {
		return toSync(lockfile.unlock)(file, toSyncOptions(options));
	}
	function check(file, options) {
		return toPromise(lockfile.check)(file, options);
	}
	function checkSync(file, options) {
		return toSync(lockfile.check)(file, toSyncOptions(options));
	}
	module.exports = lock;
	module.exports.lock = lock;
	module.exports.unlock = unlock;
	module.exports.lockSync = lockSync;
	module.exports.unlockSync = unlockSync;
	module.exports.check = check;
	module.exports.checkSync = checkSync;
}))(), 1);
const FITS = process.platform === "linux" ? 107 : 103;
const LONGEST_SOCKET_PATH = process.platform === "linux" ? Infinity : FITS;
function wayTo(path) {
	if (Buffer.byteLength(path) <= FITS) return {
		path,
		close: () => {}
	};
	if (Buffer.byteLength(path) > LONGEST_SOCKET_PATH) return void 0;
	let folder;
	try {
		folder = openSync(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY);
	} catch {
		return;
	}
	const close = () => {
		if (folder !== void 0) closeSync(folder);
		folder = void 0;
	};
	return {
		path: `/proc/self/fd/${folder}/${basename(path)}`,
		close
	};
}
function listenAt(path, meet = (socket) => socket.destroy()) {
	const way = wayTo(path);
	if (way === void 0) return Promise.resolve(void 0);
	return new Promise((resolve) => {
		const server = createServer(meet);
		server.unref();
		server.on("error", () => {
			if (!server.listening) way.close();
			resolve(void 0);
		});
		server.once("close", way.close);
		server.listen(way.path, () => resolve(server));
	});
}
function connectTo(path) {
	const way = wayTo(path);
	return way && connect(way.path).once("close", way.close);
}
// src/lock/file/folders.ts
function lockFolders(dir) {
	return {
		dir,
		lock: join(dir, "lock"),
		holders: join(dir, "holders"),
		tmp: join(dir, "tmp")
	};
}
function ownerFile(lock, token) {
	return join(lock, `owner-${token}`);
}
function ownerIn(name) {
	const [, token] = /^owner-(.+)$/.exec(name) ?? [];
	return token !== void 0 && isToken(token) ? token : void 0;
}
function recordFile({ holders }, token) {
	return join(holders, `${token}.json`);
}
function recordDraft(own, token) {
	return join(own, `record-${token}`);
}
function socketFile({ holders }, token) {
	return join(holders, `${token}.sock`);
}
function tokenOf(name) {
	const token = name.slice(0, 12);
	return isToken(token) ? token : void 0;
}
function trashFile(folders, name) {
	return join(folders.dir, `${TRASH}${name}`);
}
const TRASH = ".trash-";
function isLockTrash(name) {
	return /^\.trash-(?:lock|tmp)-/.test(name);
}
// src/host/patience.ts
const windows = process.platform === "win32";
function patient(call, how = {
	windows,
	pause: sleep
}) {
	if (!how.windows) return call;
	return async (...args) => {
		for (const ms of RETRY_PAUSES_MS) try {
			return await call(...args);
		} catch (error) {
			if (!HELD_OPEN.includes(systemCode(error) ?? "")) throw error;
			await how.pause(ms);
		}
		return call(...args);
	};
}
function patientSync(call, how = {
	windows,
	pause: pauseSync
}) {
	if (!how.windows) return call;
	return (...args) => {
		for (const ms of RETRY_PAUSES_MS) try {
			return call(...args);
		} catch (error) {
			if (!HELD_OPEN.includes(systemCode(error) ?? "")) throw error;
			how.pause(ms);
		}
		return call(...args);
	};
}
// src/lock/file/leftovers.ts
const unlink = patientSync(unlinkSync);
const remove = patientSync(removeFile);
function moveAway(folders, path, kind) {
	unless(GONE, () => renameFolder(path, trashFile(folders, `${kind}-${newToken()}`)));
}
function moveOut(folders, from, names) {
	inFolder(folders[from], (opened) => {
		for (const name of names) moveAway(folders, join(opened, name), from);
	});
}
function reserve(tmp) {
	for (;;) {
		const token = newToken();
		if (unless(["EEXIST"], () => {
			mkdirSync(join(tmp, token));
			return true;
		})) return token;
	}
}
function isOwner({ lock }, token) {
	return list(lock).includes(`owner-${token}`);
}
function removeOwner(folders, token) {
	return unless(GONE, () => inFolder(folders.lock, (lock) => {
		const owner = ownerFile(lock, token);
		if (lstatSync(owner).isDirectory()) moveAway(folders, owner, "lock");
		else unlink(owner);
		return true;
	})) === true;
}
function forgetEnded(folders, token) {
	if (isOwner(folders, token)) return false;
	forget(folders, token);
	return true;
}
function forget(folders, token) {
	inFolder(folders.holders, (holders) => {
		for (const file of [socketFile({ holders }, token), recordFile({ holders }, token)]) if (lookAt(file)?.isDirectory()) moveAway(folders, file, "tmp");
		else remove(file);
	});
}
function dropPrivate(folders, token) {
	const own = join(folders.tmp, token);
	if (lookAt(own) === void 0) return;
	for (const file of [recordDraft(own, token), ownerFile(own, token)]) remove(file);
	unless([
		...GONE,
		"ENOTEMPTY",
		"EEXIST"
	], () => rmdirSync(own));
}
function ageOnDisk(file, tmp) {
	const written = unless(GONE, () => lstatSync(file).mtimeMs);
	if (written === void 0) return void 0;
	const token = reserve(tmp);
	const now = unless(GONE, () => statSync(join(tmp, token)).mtimeMs) ?? written;
	unless([
		...GONE,
		"ENOTEMPTY",
		"EEXIST"
	], () => rmdirSync(join(tmp, token)));
	return now - written;
}
function list(dir) {
	return listFolder(dir, GONE);
}
// src/lock/file/owner-fs.ts
const realFs = {
	readdir: promisify(nodeFs.readdir),
	writeFile: promisify(nodeFs.writeFile),
	rename: process.platform === "win32" ? async (from, to) => rename(from, to) : promisify(nodeFs.rename),
	unlink: patient(promisify(nodeFs.unlink)),
	rmdir: patient(promisify(nodeFs.rmdir)),
	stat: promisify(nodeFs.stat),
	utimes: promisify(nodeFs.utimes),
	unlinkSync: nodeFs.unlinkSync,
	rmdirSync: nodeFs.rmdirSync
};
const HELD = "EHELD";
const SWEPT = "ESWEPT";
const NOT_EMPTY_OR_GONE = [
	"ENOENT",
	"ENOTEMPTY",
	"EEXIST",
	"EPERM",
	"EBUSY",
	"ESTALE"
];
const AGAIN_MS = 1e3;
function ownerFs(lock, own, token, events, fs = realFs) {
	const owner = ownerFile(lock, token);
	async function makePrivate() {
		await fs.writeFile(ownerFile(own, token), "", { flag: "wx" });
	}
	async function moveIn() {
		if (process.platform === "win32") await removeFolder();
		await fs.rename(own, lock);
	}
	async function take() {
		try {
			await makePrivate();
			await moveIn();
		} catch (error) {
			if (await confirm()) return;
			await fs.unlink(ownerFile(own, token)).catch(() => {});
			await fs.rmdir(own).catch(() => {});
			throw asClaimError(error);
		}
	}
	async function confirm() {
		try {
			return (await againIfStale(() => fs.readdir(lock))).includes(`owner-${token}`);
		} catch (error) {
			if (GONE.includes(systemCode(error) ?? "")) return false;
			throw error;
		}
	}
	async function removeFolder() {
		await fs.rmdir(lock).catch(ignoreTaken);
	}
	async function unlinkOwner() {
		try {
			await fs.unlink(owner);
		} catch (error) {
			ignoreGone(error);
			if (systemCode(error) === "ESTALE" && await confirm()) await fs.unlink(owner).catch(ignoreGone);
		}
	}
	async function patiently(call) {
		for (const since = stopwatch();; await sleep(AGAIN_MS)) try {
			return await call();
		} catch (error) {
			const patienceMs = events.patienceMs();
			if (patienceMs === void 0 || systemCode(error) === "ENOENT") throw error;
			if (since() >= patienceMs) throw Object.assign(new Error("it kept failing", { cause: error }), { code: "ENOENT" });
		}
	}
	async function beat(atime, mtime) {
		await patiently(() => fs.utimes(owner, atime, mtime));
		events.onBeat();
	}
	return {
		confirm,
		mkdir: (_path, done) => void take().then(() => done(null), done),
		stat: (_path, done) => void patiently(() => fs.stat(owner)).then((stats) => done(null, stats), done),
		utimes: (_path, atime, mtime, done) => void beat(atime, mtime).then(() => done(null), done),
		rmdir: (_path, done) => void unlinkOwner().then(removeFolder).then(() => done(null), done),
		rmdirSync: () => {
			events.beforeExit();
			removeSync(() => fs.unlinkSync(owner));
			removeSync(() => fs.unlinkSync(owner));
			removeSync(() => fs.rmdirSync(lock));
		}
	};
}
async function againIfStale(call) {
	try {
		return await call();
	} catch (error) {
		if (systemCode(error) !== "ESTALE") throw error;
		return call();
	}
}
function asClaimError(error) {
	const code = systemCode(error) ?? "";
	if ((process.platform === "win32" ? [
		"EEXIST",
		"ENOTEMPTY",
		"EPERM",
		"EACCES",
		"EBUSY"
	] : [
		"EEXIST",
		"ENOTEMPTY",
		"ESTALE"
	]).includes(code)) return Object.assign(new Error("held"), { code: HELD });
	if (code === "ENOENT") return Object.assign(new Error("swept", { cause: error }), { code: SWEPT });
	return error;
}
function ignoreTaken(error) {
	if (!NOT_EMPTY_OR_GONE.includes(systemCode(error) ?? "")) throw error;
}
function ignoreGone(error) {
	if (!GONE.includes(systemCode(error) ?? "")) throw error;
}
function removeSync(remove) {
	try {
		remove();
	} catch {}
}
// src/lock/asker.ts
function isAsker(value) {
	const { key, who, build, slots, job } = asFields(value) ?? {};
	return typeof key === "string" && isWho(who) && (build === void 0 || typeof build === "string" && isToken(build)) && (slots === void 0 || isCount(slots)) && (job === void 0 || typeof job === "string" && isJobId(job));
}
// src/lock/file/record.ts
function here() {
	return {
		host: hostname(),
		bootId: bootId(),
		pidNamespace: pidNamespace()
	};
}
function ownRecord(token, asker, place, staleMs, socket) {
	return {
		format: 1,
		token,
		asker,
		...place,
		pid: process.pid,
		startTime: processState("self")?.startTime,
		staleMs,
		socket,
		since: new Date().toISOString()
	};
}
function readRecord(file) {
	const found = unless(["ESTALE"], () => readShared(file));
	const fields = found?.kind === "text" ? parseFields(found.text) : void 0;
	if (fields === void 0 || fields.token !== basename(file, ".json")) return void 0;
	return Object.entries(checks).every(([name, check]) => check(fields[name])) ? fields : void 0;
}
const checks = {
	token: (value) => typeof value === "string" && isToken(value),
	asker: isAsker,
	host: isShowable,
	bootId: isShowable,
	pidNamespace: isShowable,
	pid: (value) => isCount(value) && value > 0,
	startTime: (value) => value === void 0 || isCount(value),
	staleMs: (value) => typeof value === "number" && value >= 0,
	socket: (value) => typeof value === "boolean",
	since: isShowable
};
function startOf$1(record, place) {
	if (record === void 0) return {
		since: void 0,
		heldMs: void 0
	};
	const heldMs = record.bootId === place.bootId && record.host === place.host ? Math.max(0, Date.now() - Date.parse(record.since)) : NaN;
	return {
		since: record.since,
		heldMs: Number.isNaN(heldMs) ? void 0 : heldMs
	};
}
// src/lock/file/claim.ts
async function fileClaim(options) {
	const { folders, token } = options;
	const server = options.network ? void 0 : await listenAt(socketFile(folders, token));
	try {
		announce(options, server !== void 0);
		return await new FileClaim(options, server).take();
	} catch (error) {
		try {
			conceal(folders, token, server);
		} catch {}
		throw error;
	}
}
function announce({ folders, token, asker, place, staleMs }, socket) {
	const draft = recordDraft(join(folders.tmp, token), token);
	try {
		writeFileSync(draft, `${JSON.stringify(ownRecord(token, asker, place, staleMs, socket))}\n`, { flag: "wx" });
		rename(draft, recordFile(folders, token));
	} catch (error) {
		throw asSwept(error);
	}
}
function asSwept(error) {
	return ["ENOENT", "ESTALE"].includes(systemCode(error) ?? "") ? Object.assign(new Error("swept", { cause: error }), { code: SWEPT }) : error;
}
function conceal(folders, token, server) {
	server?.close();
	forget(folders, token);
	dropPrivate(folders, token);
}
var FileClaim = class {
	token;
	#options;
	#server;
	#lost = new AbortController();
	#ends = [];
	#fs;
	#release;
	#patienceMs;
	#watchdog;
	#lastBeat = monotonicMs();
	#asking = false;
	constructor(options, server) {
		const { folders, token } = options;
		this.token = token;
		this.#options = options;
		this.#server = server;
		const events = {
			onBeat: () => {
				this.#lastBeat = monotonicMs();
			},
			patienceMs: () => this.#patienceMs,
			beforeExit: () => {
				for (const end of this.#ends) end();
			}
		};
		this.#fs = ownerFs(folders.lock, join(folders.tmp, token), token, events, options.fs ?? realFs);
	}
	async take() {
		const { folders, token, staleMs, heartbeatMs, strict } = this.#options;
		const options = {
			lockfilePath: folders.lock,
			fs: this.#fs,
			realpath: false,
			retries: 0,
			stale: staleMs,
			update: heartbeatMs,
			onCompromised: (error) => this.#lose(error.message)
		};
		try {
			this.#release = await import_proper_lockfile.default.lock(`${folders.lock}#${token}`, options);
		} catch (error) {
			throw asSwept(error);
		}
		this.#patienceMs = strict ? staleMs - heartbeatMs : Infinity;
		this.#lastBeat = monotonicMs();
		this.#watchdog = setInterval(() => this.#checkBeat(), Math.min(1e3, heartbeatMs)).unref();
		return this;
	}
	get lost() {
		return this.#lost.signal;
	}
	async confirm() {
		return !this.lost.aborted && await this.#fs.confirm();
	}
	onExit(end) {
		this.#ends.push(end);
	}
	async [Symbol.asyncDispose]() {
		const release = this.#release;
		this.#release = void 0;
		if (release === void 0) return;
		clearInterval(this.#watchdog);
		this.#patienceMs = 0;
		const { folders, token } = this.#options;
		try {
			await release().catch(() => this.#removeOwner());
		} finally {
			conceal(folders, token, this.#server);
		}
	}
	#removeOwner() {
		return new Promise((resolve, reject) => {
			this.#fs.rmdir(this.#options.folders.lock, (error) => error ? reject(error) : resolve());
		});
	}
	#checkBeat() {
		const overdue = () => monotonicMs() - this.#lastBeat > this.#options.staleMs * 2 / 3;
		if (!overdue() || this.#asking || this.lost.aborted) return;
		this.#asking = true;
		const { strict, staleMs } = this.#options;
		const giveUp = () => this.#lose("its heartbeat did not get through");
		const grace = strict ? setTimeout(giveUp, staleMs / 6).unref() : void 0;
		const settle = (still) => {
			if (still) this.#lastBeat = monotonicMs();
			else this.#lose("somebody took it over");
			clearTimeout(grace);
		};
		this.#fs.confirm().then(settle, () => {}).finally(() => {
			this.#asking = false;
		});
	}
	#lose(why) {
		clearInterval(this.#watchdog);
		this.#lost.abort(new Error(`The lock is no longer ours: ${why}`));
	}
};
// src/lock/file/liveness.ts
const STALE_CAP_MS = 6e5;
async function judge(record, place, network, socketPath) {
	if (record.bootId !== place.bootId) return "unknown";
	if (place.bootId === "" && network) return "unknown";
	if ((network || place.bootId === "") && record.host !== place.host) return "unknown";
	if (record.pidNamespace === place.pidNamespace) {
		const verdict = judgeByPid(record);
		return verdict === "dead" && record.socket && !network && await judgeBySocket(socketPath) === "alive" ? "alive" : verdict;
	}
	if (network || !record.socket) return "unknown";
	return judgeBySocket(socketPath);
}
function judgeByPid(record) {
	if (probe(record.pid) === "gone") return "dead";
	const state = processState(record.pid);
	if (state === void 0) return "unknown";
	if (state.zombie) return "dead";
	if (record.startTime === void 0) return "alive";
	if (state.startTime !== record.startTime) return "dead";
	return state.stopped ? "stopped" : "running";
}
const SOCKET_LIMIT_MS = 1e3;
const TOLD = {
	ECONNREFUSED: "dead",
	EAGAIN: "alive"
};
function judgeBySocket(path) {
	return new Promise((resolve) => {
		const socket = connectTo(path);
		if (socket === void 0) return resolve("unknown");
		const answer = (verdict) => {
			socket.destroy();
			resolve(verdict);
		};
		socket.setTimeout(SOCKET_LIMIT_MS, () => answer("unknown"));
		socket.once("connect", () => answer("alive"));
		socket.once("error", (error) => answer(TOLD[systemCode(error) ?? ""] ?? "unknown"));
	});
}
const LONGEST_GAP_MS = 5e3;
var Heartbeats = class {
	#seen = new Map();
	#now;
	constructor(now = monotonicMs) {
		this.#now = now;
	}
	observe(token, mtimeMs) {
		const at = this.#now();
		const last = this.#seen.get(token);
		const stillMs = last?.mtimeMs === mtimeMs ? last.stillMs + Math.min(at - last.at, LONGEST_GAP_MS) : 0;
		this.#seen.set(token, {
			mtimeMs,
			stillMs,
			at
		});
		return stillMs;
	}
};
function staleAfter(record, ownStaleMs, verdict = "unknown") {
	if (verdict === "running") return STALE_CAP_MS;
	const stated = Number.isFinite(record?.staleMs) ? Number(record?.staleMs) : 0;
	return Math.min(Math.max(stated, ownStaleMs), STALE_CAP_MS);
}
// src/lock/file/judge.ts
const UNKNOWN = {
	asker: void 0,
	since: void 0,
	heldMs: void 0,
	running: false
};
var HolderJudge = class {
	#heartbeats = new Heartbeats();
	#records = new Map();
	#place;
	#network;
	staleMs;
	constructor(place, network, staleMs) {
		this.#place = place;
		this.#network = network;
		this.staleMs = staleMs;
	}
	async look(folders, token) {
		const beatAt = unless(GONE, () => lstatSync(ownerFile(folders.lock, token)).mtimeMs);
		if (beatAt === void 0) return void 0;
		const record = this.#record(folders, token);
		const silentMs = this.#heartbeats.observe(token, beatAt);
		const verdict = record && await judge(record, this.#place, this.#network, socketFile(folders, token));
		return {
			token,
			record,
			verdict,
			beatAt,
			silentMs,
			limitMs: staleAfter(record, this.staleMs, verdict)
		};
	}
	foreignMs({ lock }) {
		const changed = unless(GONE, () => statSync(lock).mtimeMs);
		return changed === void 0 ? void 0 : this.#heartbeats.observe(lock, changed);
	}
	holderOf({ token, record, silentMs, verdict }) {
		return {
			token,
			asker: record?.asker,
			...startOf$1(record, this.#place),
			silentMs,
			running: verdict === "running"
		};
	}
	#record(folders, token) {
		const record = this.#records.get(token) ?? readRecord(recordFile(folders, token));
		if (record !== void 0) this.#records.set(token, record);
		return record;
	}
};
// src/lock/file/orphans.ts
const LIMIT_MS = 5e3;
const UNCLEAR_MS = 250;
async function endOrphans(dead, place, reporter) {
	const [limit, unclear] = [deadlineIn(LIMIT_MS), deadlineIn(UNCLEAR_MS)];
	const token = dead.asker.build ?? dead.token;
	const since = dead.pidNamespace === place.pidNamespace && dead.host === place.host ? dead.startTime : void 0;
	let left = killProcessesOf(token, [], since);
	while (left.some(({ killed }) => killed) || left.length > 0 && unclear.left() > 0) {
		if (limit.left() < 0) {
			const pids = left.flatMap(({ pid, killed }) => killed ? pid : []).join(", ");
			reporter.warn(`Processes ${pids} of a dead build could not be ended: they were killed, and hang on a disk. Look at them with \`ps\`.`);
			return;
		}
		await sleep(5);
		left = killProcessesOf(token, left, since);
	}
}
// src/lock/file/engine.ts
var engine_exports = __exportAll({ FileEngine: () => FileEngine });
const TRIES = 20;
var FileEngine = class {
	#options;
	#times;
	#place = here();
	#takeovers = 0;
	judge;
	constructor(options) {
		const { heartbeatMs, staleMs } = options;
		this.#options = options;
		this.#times = {
			...options.network ? NETWORK : LOCAL,
			...heartbeatMs === void 0 ? {} : { heartbeatMs },
			...staleMs === void 0 ? {} : { staleMs }
		};
		this.judge = new HolderJudge(this.#place, options.network, this.#times.staleMs);
	}
	get takeovers() {
		return this.#takeovers;
	}
	prepare(id) {
		const { dir, lock, holders, tmp } = this.folders(id);
		if (this.#options.groupShared) refuseSticky([
			dir,
			lock,
			holders,
			tmp
		]);
		for (const folder of [holders, tmp]) makeRealFolders(this.#options.above, folder);
		requireReal(lock);
	}
	async holder(id) {
		const folders = this.folders(id);
		const names = list(folders.lock);
		for (const token of names.map(ownerIn)) {
			if (token === void 0) continue;
			const holder = await this.#livingHolder(folders, token);
			if (holder !== void 0) return holder;
		}
		return names.length > 0 && names.every((name) => ownerIn(name) === void 0) ? this.#foreign(folders, names) : void 0;
	}
	async claim(id, asker) {
		const folders = this.folders(id);
		const { network, strict = false } = this.#options;
		for (let tries = 1;; tries++) {
			const holder = await this.holder(id);
			if (holder !== void 0) return holder;
			const token = reserve(folders.tmp);
			try {
				return await fileClaim({
					folders,
					token,
					asker,
					place: this.#place,
					...this.#times,
					network,
					strict
				});
			} catch (error) {
				const code = systemCode(error);
				if (code !== "EHELD" && code !== "ESWEPT") throw error;
				this.#options.reporter.debug(`lock ${id}: not claimed (${code === "EHELD" ? "held" : "swept"}), trying again`);
				if (tries < TRIES) continue;
				if (code === "EHELD") return {
					token,
					...UNKNOWN,
					silentMs: 0
				};
				throw error.cause ?? error;
			}
		}
	}
	adopt(id, token) {
		const { lock } = this.folders(id);
		return {
			token,
			lost: new AbortController().signal,
			confirm: () => this.alive(id, token),
			onExit: () => {},
			[Symbol.asyncDispose]: async () => {
				await this.holder(id);
				unless(NOT_EMPTY_OR_GONE, () => rmdirSync(lock));
			}
		};
	}
	watch(id) {
		return watchFolder(this.folders(id).dir, ["lock"], this.#times);
	}
	where(id) {
		return this.folders(id).lock;
	}
	async alive(id, token) {
		const folders = this.folders(id);
		if (isOwner(folders, token)) return true;
		const file = recordFile(folders, token);
		const age = ageOnDisk(file, folders.tmp);
		if (age === void 0) return this.#listens(folders, token);
		const record = readRecord(file);
		const verdict = record && await judge(record, this.#place, this.#options.network, socketFile(folders, token));
		if (verdict !== void 0 && verdict !== "unknown" && verdict !== "dead" || verdict !== "dead" && age < 6e5) return true;
		return !forgetEnded(folders, token);
	}
	async tidy(id, signal) {
		const folders = this.folders(id);
		const traces = new Set(list(folders.holders).map(tokenOf));
		const scraps = list(folders.tmp);
		for (const token of traces) if (token !== void 0) await this.alive(id, token);
		for (const scrap of scraps) {
			const token = tokenOf(scrap);
			if (token === void 0 || await this.alive(id, token)) continue;
			moveOut(folders, "tmp", [scrap]);
		}
		await removeTreesIn(folders.dir, list(folders.dir).filter(isLockTrash), signal);
	}
	async [Symbol.asyncDispose]() {}
	folders(id) {
		return lockFolders(this.#options.folderOf(id));
	}
	async #livingHolder(folders, token) {
		const judged = await this.judge.look(folders, token);
		if (judged === void 0) return void 0;
		const { record, verdict, silentMs, limitMs } = judged;
		if (verdict === "dead") return this.#takeOver(folders, token, record, "its process is gone");
		if (silentMs < limitMs) return this.judge.holderOf(judged);
		return this.#takeOver(folders, token, record, `no heartbeat for ${Math.round(silentMs / 1e3)} s`);
	}
	async #listens(folders, token) {
		const verdict = await judgeBySocket(socketFile(folders, token));
		return verdict === "alive" || verdict === "dead" && !forgetEnded(folders, token);
	}
	async #takeOver(folders, token, record, why) {
		if (record?.bootId === this.#place.bootId) await endOrphans(record, this.#place, this.#options.reporter);
		const opened = removeOwner(folders, token);
		if (!opened && isOwner(folders, token)) return void 0;
		forget(folders, token);
		if (!opened) return void 0;
		this.#takeovers += 1;
		const from = record === void 0 ? "an unknown holder" : describeWho(record.asker.who);
		this.#options.reporter.info(`Took over the ${this.#options.word ?? "lock"} of ${from}: ${why}. Continuing normally.`);
	}
	#foreign(folders, names) {
		const silentMs = this.judge.foreignMs(folders);
		if (silentMs === void 0) return void 0;
		if (silentMs < this.#times.staleMs) return {
			token: names[0] ?? "",
			...UNKNOWN,
			silentMs
		};
		moveOut(folders, "lock", names);
		this.#options.reporter.warn(`${folders.lock} held files that are no lock of ours (${shorten(names.join(", "), 300)}): moved aside.`);
	}
};
// src/lock/file/inspector.ts
var inspector_exports = __exportAll({ FileInspector: () => FileInspector });
var FileInspector = class extends FileEngine {
	#reporter;
	constructor(options) {
		super(options);
		this.#reporter = options.reporter;
	}
	async inspect(id) {
		const folders = this.folders(id);
		const names = list(folders.lock);
		const tokens = names.map(ownerIn).filter((token) => token !== void 0);
		if (tokens.length === 0) return this.#foreign(folders, names);
		return (await Promise.all(tokens.map((token) => this.judge.look(folders, token)))).filter((each) => each !== void 0).map((each) => this.#standingOf(each));
	}
	async rob(id, token) {
		const folders = this.folders(id);
		const judged = await this.judge.look(folders, token);
		if (judged === void 0 || !removeOwner(folders, token)) return false;
		const { record, verdict } = judged;
		const place = here();
		if (verdict !== "running" && record?.bootId === place.bootId) await endOrphans(record, place, this.#reporter);
		return true;
	}
	#standingOf(judged) {
		const { verdict = "unknown", beatAt, silentMs, limitMs } = judged;
		const holder = this.judge.holderOf(judged);
		const beatMs = holder.heldMs === void 0 ? void 0 : Math.max(0, Date.now() - beatAt);
		return {
			...holder,
			state: silentMs >= limitMs ? "dead" : verdict,
			beatMs,
			limitMs
		};
	}
	#foreign(folders, names) {
		const silentMs = names.length === 0 ? void 0 : this.judge.foreignMs(folders);
		if (silentMs === void 0) return [];
		const [token = ""] = names;
		const { staleMs: limitMs } = this.judge;
		const state = silentMs >= limitMs ? "dead" : "unknown";
		return [{
			token,
			...UNKNOWN,
			silentMs,
			state,
			beatMs: void 0,
			limitMs
		}];
	}
};
// src/lock/file/slots.ts
var slots_exports = __exportAll({ FileSlots: () => FileSlots });
var FileSlots = class {
	keepsOrder = false;
	#engine;
	#group;
	#count;
	constructor({ group, count, ...options }, Engine = FileEngine) {
		this.#engine = new Engine({
			...options,
			folderOf: (slot) => join(group, slot),
			word: "build slot",
			strict: true
		});
		this.#group = group;
		this.#count = count;
	}
	async take(asker, names = this.#names()) {
		const busy = new Map();
		for (const name of names) {
			this.#engine.prepare(name);
			const answer = await this.#engine.claim(name, {
				...asker,
				slots: this.#count
			});
			if (isClaim(answer)) return this.#slot(name, answer);
			busy.set(name, answer);
		}
		return busy;
	}
	async holders() {
		const names = listFolder(this.#group).filter((name) => /^\d+$/.test(name));
		return (await Promise.all(names.map((name) => this.#engine.holder(name)))).filter((holder) => holder !== void 0);
	}
	watch() {
		const names = [...this.#names()];
		const watches = names.map((name) => this.#engine.watch(name));
		return {
			async next(signal, atMostMs) {
				const seen = await nextOf(watches, signal, atMostMs);
				const changed = names.filter((_name, index) => seen[index]);
				return changed.length > 0 ? changed : names;
			},
			[Symbol.asyncDispose]: () => closeAll(watches)
		};
	}
	async [Symbol.asyncDispose]() {
		await this.#engine[Symbol.asyncDispose]();
	}
	*#names() {
		for (let index = 0; index < this.#count; index++) yield `${index}`;
	}
	#slot(name, claim) {
		return {
			claim,
			where: join(this.#group, name),
			release: async (signal) => {
				await claim[Symbol.asyncDispose]();
				await this.#engine.tidy(name, signal);
			}
		};
	}
};
// src/recipe/build/lost.ts
async function isLost(claim) {
	return claim.lost.aborted || !await claim.confirm().catch(() => true);
}
// src/lock/slots.ts
function isSlot(answer) {
	return "claim" in answer;
}
// src/recipe/wait/own-claim.ts
function isOwn({ asker }, { services: { worker } }) {
	return asker?.job === worker.id;
}
function refuseOwnClaim(holder, context) {
	if (!isOwn(holder, context)) return;
	const key = shorten(context.request.subject.key);
	throw new OnceError("OWN_CLAIM", `This job has claimed "${key}" itself and not published it yet, so waiting for it would never end. Publish it before this step, or give one of the two another \`key\`.`);
}
// src/lock/pool-engine.ts
const GRACE = "grace";
// src/recipe/wait/wait-log.ts
const FIRST_LINES_MS = [
	0,
	3e4,
	6e4
];
const LATER_MS = 3e5;
var WaitLog = class {
	#reporter;
	#lines = 0;
	#last;
	constructor(reporter) {
		this.#reporter = reporter;
	}
	note(whom, waitedMs, line) {
		const changed = this.#last !== void 0 && this.#last !== whom;
		const due = FIRST_LINES_MS[this.#lines] ?? LATER_MS * (this.#lines - FIRST_LINES_MS.length + 1);
		if (waitedMs < due && whom === this.#last) return;
		if (waitedMs >= due) this.#lines += 1;
		this.#last = whom;
		const waited = formatDuration(waitedMs);
		const later = changed ? `Now waiting (${waited} so far)` : `Still waiting (${waited})`;
		this.#reporter.info(line(waitedMs < 1e3 ? "Waiting" : later));
	}
};
function describeHolder(holder, watchedMs) {
	if (holder.token === "grace") return "the server of the pool, which may have forgotten who builds";
	const who = holder.asker === void 0 ? "a holder whose record cannot be read" : describeWho(holder.asker.who);
	const facts = [startOf(holder), watchedMs < 1e3 ? "" : beatOf(holder)].filter(Boolean).join(", ");
	return facts === "" ? who : `${who} (${facts})`;
}
const SLOW_MS = 3e4;
function isSlow({ running, silentMs }) {
	return running && silentMs >= SLOW_MS;
}
function beatOf(holder) {
	const ago = formatDuration(holder.silentMs);
	if (!isSlow(holder)) return `last heartbeat seen ${ago} ago`;
	return `its process runs, but its heartbeat has stood still for ${ago}: its disk is slow, or hangs`;
}
function startOf({ heldMs, since }) {
	if (heldMs !== void 0) return `started ${formatDuration(heldMs)} ago`;
	return since === void 0 ? "" : `started at ${shorten(since)} by its own clock`;
}
// src/recipe/slots/slot-wait.ts
const ALL_EVERY_MS = 1e3;
function courtesy(waitedMs) {
	return 24 * Math.random() / (1 + waitedMs / 30);
}
function firstCourtesy() {
	return 12 + 12 * Math.random();
}
var SlotWait = class {
	#context;
	#slots;
	#limit;
	#build;
	#log;
	#busy = new Map();
	#warned = false;
	constructor(context, slots, limit, build) {
		this.#context = context;
		this.#slots = slots;
		this.#limit = limit;
		this.#build = build;
		this.#log = new WaitLog(context.services.reporter);
	}
	async take() {
		const { signal } = this.#context.services;
		if (!this.#slots.keepsOrder) await sleep(firstCourtesy(), signal);
		signal.throwIfAborted();
		const first = await this.#try();
		if (first !== void 0) {
			await this.#compareAll().catch(() => {});
			return first;
		}
		if ([...this.#busy.values()].some((holder) => isOwn(holder, this.#context))) return void 0;
		const watch = this.#slots.watch();
		this.#context.tally.slot.start();
		try {
			return await this.#wait(watch);
		} finally {
			this.#context.tally.slot.stop();
			await watch[Symbol.asyncDispose]();
		}
	}
	async #wait(watch) {
		const { services, tally, request } = this.#context;
		let [worthATry, since] = [void 0, stopwatch()];
		for (;;) {
			services.signal.throwIfAborted();
			const unneeded = await this.#build.unneeded();
			if (unneeded !== void 0) return unneeded;
			const slot = await this.#try(worthATry);
			if (slot !== void 0) return slot;
			const leftMs = request.policy.waitTimeoutMs - tally.waitedMs;
			if (leftMs <= 0) throw this.#timedOut();
			this.#log.note("slots", tally.slot.ms, (waiting) => `${waiting} for a build slot: ${this.#describeBusy()}.`);
			const changed = await watch.next(services.signal, Math.min(leftMs, ALL_EVERY_MS));
			if (!this.#slots.keepsOrder) await sleep(courtesy(tally.slot.ms), services.signal);
			[worthATry, since] = since() < ALL_EVERY_MS ? [changed, since] : [void 0, stopwatch()];
		}
	}
	async #try(names) {
		const { request, services } = this.#context;
		const { who, worker, steps } = services;
		const job = steps && { job: worker.id };
		const asker = {
			key: request.subject.key,
			who,
			build: this.#build.token,
			...job
		};
		const answer = await this.#slots.take(asker, names);
		if (isSlot(answer)) return answer;
		for (const [name, holder] of answer) this.#busy.set(name, holder);
		this.#compare([...answer.values()]);
	}
	async #compareAll() {
		this.#compare(await this.#slots.holders());
	}
	#compare(holders) {
		const { count, group } = this.#limit;
		const other = holders.find(({ asker }) => asker?.slots !== void 0 && asker.slots !== count);
		if (other === void 0 || this.#warned) return;
		this.#warned = true;
		const { reporter } = this.#context.services;
		reporter.warn(`max-in-flight: this job says ${count} for the group "${group}", and ${describeHolder(other, 0)} says ${other.asker?.slots}. Write the same number in both, or give one of them another \`group\`.`);
	}
	#describeBusy() {
		const { group, count } = this.#limit;
		const busy = [...this.#busy.values()];
		const who = busy.map((holder) => `${describeHolder(holder, this.#context.tally.slot.ms)}`).join("; ");
		return `${count === 1 ? `the only slot of the group "${group}" is busy` : `${busy.length} of ${count} slots of the group "${group}" are busy`}: ${shorten(who, 1e3)}`;
	}
	#timedOut() {
		const { request, tally } = this.#context;
		const { waitTimeoutMs } = request.policy;
		const what = waitTimeoutMs === 0 ? "could not be built at once, and `wait-timeout: 0` does not wait" : `could not be built within ${formatDuration(tally.waitedMs)} (wait-timeout ${formatDuration(waitTimeoutMs)})`;
		return new OnceError("WAIT_TIMEOUT", `"${shorten(request.subject.key)}" ${what}: ${this.#describeBusy()}. Give it longer with \`wait-timeout\`, or raise \`max-in-flight\` in all jobs of the group.`);
	}
};
// src/recipe/slots/in-slot.ts
async function inSlot(context, build, make, openSlots = context.services.openSlots) {
	const { slots: limit } = context.request.policy;
	if (limit === void 0 || withinOf(context.services.env).length > 0) return make(void 0);
	context.tally.slotGroup = limit.group;
	const slots = await openSlots(limit.group, limit.count);
	try {
		const answer = await new SlotWait(context, slots, limit, build).take();
		if (answer === void 0) return await make(void 0);
		return "value" in answer ? answer.value : await holding$1(context, answer, make);
	} finally {
		await slots[Symbol.asyncDispose]();
	}
}
async function holding$1(context, slot, make) {
	const { request, services } = context;
	let given;
	const giveBack = () => {
		given ??= release(slot, services);
		return given;
	};
	try {
		return await make({
			claim: slot.claim,
			giveBack
		});
	} catch (error) {
		if (given !== void 0) throw error;
		const isOther = error instanceof OnceError && error.code !== "BUILD_FAILED";
		if (services.signal.aborted || isOther || !await isLost(slot.claim)) throw error;
		throw lost(request.subject.key, slot.where, error);
	} finally {
		await giveBack();
	}
}
async function release(slot, { cleanupDeadline, reporter }) {
	try {
		await slot.release(cleanupDeadline);
	} catch (error) {
		reporter.warn(`Giving back the build slot in ${slot.where} failed: ${messageOf(error)}. Whoever needs it takes it over once this step has ended.`);
	}
}
function lost(key, where, cause) {
	return new OnceError("LOCK_LOST", `The build slot in ${where} was lost while "${shorten(key)}" was built for this job alone. Either this host stood still for long, or the disk or its network does not let heartbeats through (see the kernel log of this host). Run the job again.`, { cause });
}
// src/recipe/find/parts.ts
function missingParts({ addPath, exportEnv }, buildDir) {
	return [...addPath, ...exportEnv.map(({ path }) => path)].filter((part) => !existsSync(join(buildDir, part)));
}
function folderAround(parts, buildDir) {
	const [only, ...others] = readdirSync(buildDir);
	if (only === void 0 || others.length > 0) return void 0;
	return parts.every((part) => existsSync(join(buildDir, only, part))) ? only : void 0;
}
// src/store/image-record.ts
function imageRecordsOf(paths) {
	const folderOf = (daemon, image) => imageRecords(paths, sha256(daemon, image).slice(0, 32));
	return {
		mayAdopt(daemon, image) {
			const makers = listFolder(folderOf(daemon, image));
			return makers.length === 0 || makers.includes(paths.id);
		},
		record(daemon, image) {
			const folder = folderOf(daemon, image);
			makeRealFolders(paths.root, folder);
			unless(["EEXIST"], () => closeSync(openSync(join(folder, paths.id), "wx")));
		}
	};
}
// src/recipe/build/entry-ref.ts
function entryRefOf({ id, paths }) {
	return {
		id,
		images: imageRecordsOf(paths)
	};
}
// src/recipe/build/make.ts
async function make(context, place) {
	const { request, services, entry, tally } = context;
	const { token, out, onSpawn } = place;
	const producer = await loadProducer(requireProducer(request));
	const signal = place.lost === void 0 ? services.signal : AbortSignal.any([services.signal, place.lost]);
	const scratch = makeScratch(services.temp);
	const elapsed = stopwatch();
	const waits = {
		waitedMs: tally.lock.ms,
		slotWaitedMs: tally.slot.ms
	};
	const { steps } = services;
	try {
		const building = producer.produce({
			key: request.subject.key,
			token,
			entry: place.entry && entryRefOf(place.entry),
			within: [...withinOf(services.env), `${entry.id}/${token}`],
			out,
			scratch,
			env: services.env,
			groupShared: request.policy.groupShared,
			timeoutMs: request.policy.buildTimeoutMs,
			signal,
			reporter: services.reporter,
			steps: steps && (() => steps({
				token,
				out,
				entry: place.entry,
				signal,
				...waits
			})),
			onSpawn
		});
		let product;
		try {
			product = await untilGivenUp(building, signal);
		} finally {
			tally.buildMs = Math.round(elapsed());
		}
		tally.identity = product.identity;
		try {
			await requireWhole(context, out);
		} catch (error) {
			await product.discard?.();
			throw error;
		}
		return {
			producer,
			product,
			buildMs: tally.buildMs
		};
	} finally {
		await removeScratch(scratch, services.reporter);
	}
}
function requireProducer({ producer }) {
	if (producer !== void 0) return producer;
	throw new OnceError("BAD_INPUT", "Nothing says how to build: give `run`, `url`, `repository` or `image`.");
}
const END_LIMIT_MS = 5e3;
async function untilGivenUp(building, signal) {
	const over = new AbortController();
	const givenUp = new Promise((_resolve, reject) => {
		const giveUp = () => void sleep(END_LIMIT_MS, over.signal).then(() => reject(signal.reason));
		if (signal.aborted) giveUp();
		else signal.addEventListener("abort", giveUp, {
			once: true,
			signal: over.signal
		});
	});
	try {
		return await Promise.race([building, givenUp]);
	} finally {
		over.abort();
	}
}
async function requireWhole({ request, acceptance }, out) {
	const name = `The build of "${shorten(request.subject.key)}" succeeded, but`;
	if (!lookAt(out)?.isDirectory() && lookAt(dirname(out))?.isDirectory()) throw new OnceError("BUILD_FAILED", `${name} the folder $BUILD_ONCE_OUT (${out}) was removed, or something else was put in its place. It is there, and empty, when the build starts: let the script write into it, and leave the folder itself.`);
	const missing = missingParts(request.delivery, out);
	if (missing.length > 0) {
		const list = missing.join(", ");
		throw new OnceError("BUILD_FAILED", `${name} $BUILD_ONCE_OUT lacks what \`add-path\` or \`export-env\` name: ${list}. In it there is: ${namesIn(out)}. ${adviceOn(missing, out, request)}.`);
	}
	const verdict = await acceptance.runCheck(out);
	if (verdict?.passed === false) throw new OnceError("BUILD_FAILED", `${name} its check ${verdict.why}. Correct the script or \`check\`.`);
}
function adviceOn(missing, out, { producer }) {
	if (producer?.name === "url") {
		const folder = producer.spec.strip === 0 ? folderAround(missing, out) : void 0;
		return folder === void 0 ? "Correct the input" : `Write \`strip: 1\`, which takes ${shorten(folder)} off all names`;
	}
	return producer?.name === "run" ? "Let the script put it there, or correct the input" : "Correct the input";
}
// src/recipe/build/private-build.ts
var private_build_exports = __exportAll({ buildPrivately: () => buildPrivately });
async function buildPrivately(context) {
	const token = newToken();
	return inSlot(context, {
		token,
		unneeded: async () => void 0
	}, (slot) => buildIn(context, token, slot?.claim));
}
async function buildIn(context, token, slot) {
	const { temp, onExit } = context.services;
	makeFolder(temp);
	const own = await mkdtemp(join(temp, "build-once-"));
	await chmod(own, 493);
	const out = join(own, token);
	await mkdir(out);
	try {
		const onSpawn = (killAll) => slot === void 0 ? onExit(killAll) : slot.onExit(killAll);
		const { product } = await make(context, {
			token,
			out,
			lost: slot?.lost,
			onSpawn
		});
		await product.seal?.();
		return out;
	} catch (error) {
		const { removeTree } = await import("./tree.js").then((n) => n.r);
		await removeTree(own);
		throw error;
	}
}
// src/store/failures.ts
const MOST_READ = 1e3;
function failureNames({ failures }) {
	return listFolder(failures, GONE);
}
function readFailures(paths, known) {
	return failureNames(paths).filter((name) => !known.has(name)).slice(0, MOST_READ).map((name) => readFailure(paths.failures, name)).filter((failure) => failure !== void 0);
}
function leaveFailure({ failures }, failure) {
	writeFileSync(join(failures, `${failure.token}.json`), `${failureText(failure)}\n`, { flag: "wx" });
}
function failureText(failure) {
	return JSON.stringify({
		...failure,
		reason: shorten(failure.reason, REASON_LENGTH)
	});
}
const REASON_LENGTH = 500;
function readFailure(dir, name) {
	const token = name.replace(/\.json$/, "");
	const found = isToken(token) ? unless(GONE, () => readShared(join(dir, name))) : void 0;
	return found?.kind === "text" ? parseFailure(found.text, token) : void 0;
}
function parseFailure(text, token) {
	const fields = parseFields(text);
	if (fields === void 0 || fields.token !== token || !isWho(fields.who)) return void 0;
	return isShowable(fields.reason) && isShowable(fields.at) && (fields.exitCode === void 0 || isCount(fields.exitCode)) ? fields : void 0;
}
// src/store/build-entry.ts
var BuildEntry = class extends Entry {
	watch() {
		return watchFolder(this.dir, ["entry"]);
	}
	prepare() {
		const { root, dir, failures, readers, published } = this.paths;
		const version = versionDir(root);
		const folders = [
			failures,
			readers,
			published
		];
		const sharing = {
			root,
			groupShared: this.groupShared
		};
		if (this.groupShared) refuseSticky([
			root,
			dirname(version),
			version,
			dir,
			...folders
		]);
		refuseWorldWritable([
			root,
			dirname(version),
			version,
			dir
		], this.groupShared);
		for (const folder of folders) makeRealFolders(root, folder, (path, found) => refuseForeign(path, found, sharing));
	}
	revokeOthers() {
		revokeOthers(this.paths);
	}
	open(token) {
		return openAttempt(this.paths, token);
	}
	publish(manifest, replaces, stillOurs, isFlushed, signal) {
		return publish(this.paths, manifest, replaces, stillOurs, isFlushed, signal);
	}
	dropDrafts(token) {
		dropDrafts(this.paths, token);
	}
	wasPublished(token) {
		return wasPublished(this.paths, token);
	}
	withdraw(token) {
		withdraw(this.paths, token);
	}
	sweep(alive, signal, isEnding) {
		return sweep(this.paths, alive, signal, isEnding);
	}
	failureNames() {
		return failureNames(this.paths);
	}
	failures(known) {
		return readFailures(this.paths, known);
	}
	fail(failure) {
		leaveFailure(this.paths, {
			format: 1,
			...failure
		});
	}
};
// src/recipe/find/sources.ts
const sources = [
	{
		name: "check",
		async find({ runCheck }, out) {
			return (await runCheck(out))?.passed ? recordedAs("check") : void 0;
		}
	},
	{
		name: "producer",
		async find({ request: { producer }, services, entry }) {
			if (producer === void 0) return void 0;
			const { findMade, ...how } = await loadProducer(producer);
			const product = findMade && await withScratch(services, (surroundings) => findMade(surroundings, entryRefOf(entry)));
			return product && {
				producer: how,
				product,
				buildMs: 0,
				giveBack: () => {}
			};
		}
	},
	{
		name: "tool",
		async find({ request, entry, services }, out) {
			const { tool, delivery } = request;
			if (!tool?.adopt) return void 0;
			const { adoptTool, giveBackTool, requireSettled } = await import("./store-tool-adopt.js");
			if (!requireSettled(tool)) return void 0;
			const { link: folder } = toolPaths(tool);
			refuseParts(missingParts(delivery, folder), folder);
			await adoptTool(tool, out, entry.paths, services.signal);
			return {
				...recordedAs("adopt"),
				giveBack: () => giveBackTool(tool, out)
			};
		}
	}
];
function sourcesOf({ services }) {
	return [...sources, ...services.sources ?? []];
}
function searchOf({ request, entry, services, acceptance }, turn, lost) {
	return {
		request,
		entry,
		turn,
		services: lost === void 0 ? services : {
			...services,
			signal: AbortSignal.any([services.signal, lost])
		},
		runCheck: (out) => acceptance.runCheck(out),
		whyUnfit: (manifest) => acceptance.whyUnfit(manifest),
		whyNotTaken: async (manifest, out) => {
			const missing = missingParts(request.delivery, out);
			if (missing.length > 0) return `it lacks ${missing.join(", ")}`;
			return acceptance.whyNotTaken({
				manifest,
				path: out
			});
		}
	};
}
async function findInSources(context, { out, lost, turn, isFresh }) {
	const search = searchOf(context, turn, lost);
	const asked = pinOf(context.request.producer) === void 0 && isFresh ? sourcesOf(context) : context.services.sources ?? [];
	for (const source of asked) {
		const found = await source.find(search, out);
		if (found !== void 0) return found;
	}
}
async function tellSources(context, manifest, out, turn) {
	for (const source of sourcesOf(context)) try {
		await source.published?.(searchOf(context, turn), manifest, out);
	} catch (error) {
		const { reporter, signal } = context.services;
		if (signal.aborted) reporter.info(`${source.name}: cancelled. The build is published in ${out} all the same.`);
		else reporter.warn(`${source.name}: ${messageOf(error)} The build is published in ${out} all the same.`);
	}
}
function refuseParts(missing, folder) {
	if (missing.length === 0) return;
	throw new OnceError("LINK_TAKEN", `adopt: ${folder} lacks what \`add-path\` or \`export-env\` name: ${missing.join(", ")}. Correct the input, or delete that folder so that this step can build it.`);
}
function recordedAs(name) {
	return {
		producer: {
			name,
			fingerprint: ""
		},
		product: { identity: void 0 },
		buildMs: 0,
		giveBack: () => {}
	};
}
// src/recipe/build/attempt.ts
async function attempt(context, claim, turn, slot) {
	const { request, entry } = context;
	requireFreeSpace(request);
	const replaces = entry.current();
	return buildAndPublish(context, {
		claim,
		turn,
		slot,
		out: entry.open(claim.token),
		replaces,
		buildMs: void 0
	});
}
async function buildAndPublish(context, opened) {
	const { request, services, entry, tally } = context;
	const { claim, turn, slot, replaces, buildMs } = opened;
	const pool = turn?.kind === "build" ? turn.claim : void 0;
	const holds = [
		claim,
		pool,
		slot?.claim
	].filter((hold) => hold !== void 0);
	let found;
	let made;
	try {
		const fresh = buildMs === void 0 && replaces === void 0 && !request.policy.force;
		const searching = stopwatch();
		if (fresh || turn?.kind === "restore") found = await findInSources(context, {
			out: opened.out,
			lost: lostOf(holds),
			turn,
			isFresh: fresh
		});
		if (found !== void 0) tally.restoreMs = Math.round(searching());
		if (found === void 0 && turn?.kind === "restore") {
			turn.refuse();
			await putAway(context, claim, found, made);
			return;
		}
		made = found ?? await build(context, claim.token, holds, opened.out);
		if (buildMs !== void 0) made = {
			...made,
			buildMs
		};
		const publishing = stopwatch();
		const { product } = made;
		const token = found?.build ?? claim.token;
		const out = entry.folderOf(token);
		const { manifest, isFlushed } = await complete(context, token, out, made);
		const wanted = async () => {
			for (const hold of pool === void 0 ? [claim] : [claim, pool]) if (!await confirmed(hold, services.signal)) return false;
			return !services.signal.aborted;
		};
		const sealed = async () => await wanted() && await seal(product) && await wanted();
		const stillOurs = product.seal === void 0 ? wanted : sealed;
		const published = await entry.publish(manifest, replaces, stillOurs, isFlushed, services.signal);
		tally.publishMs = Math.round(publishing());
		if (published === "published") {
			await slot?.giveBack();
			await tellSources(context, manifest, out, turn);
			return {
				manifest,
				path: out,
				origin: found === void 0 ? "build" : found.origin ?? "disk"
			};
		}
	} catch (error) {
		try {
			await putAway(context, claim, found, made);
		} catch (trouble) {
			services.reporter.debug(`lock ${entry.id}: ${opened.out} is not put away: ${messageOf(trouble)}`);
		}
		if (!services.signal.aborted && await anyIsLost(holds)) return void 0;
		if (buildMs === void 0) await leaveReason(context, claim, turn, error);
		throw error;
	}
	await putAway(context, claim, found, made);
}
const CONFIRM_LIMIT_MS = 6e5;
async function confirmed(claim, signal) {
	const limit = AbortSignal.any([signal, AbortSignal.timeout(CONFIRM_LIMIT_MS)]);
	return await within(claim.confirm(), Infinity, limit) === true;
}
async function seal(product) {
	await product.seal?.();
	return true;
}
async function putAway({ entry }, { token }, found, made) {
	const build = found?.build ?? token;
	if (found !== void 0 && !entry.wasPublished(build)) found.giveBack();
	entry.withdraw(build);
	await made?.product.discard?.();
}
async function anyIsLost(holds) {
	for (const hold of holds) if (await isLost(hold)) return true;
	return false;
}
function lostOf(holds) {
	return AbortSignal.any(holds.map((hold) => hold.lost));
}
function build(context, token, holds, out) {
	const onSpawn = (killAll) => {
		for (const hold of holds) hold.onExit(killAll);
	};
	return make(context, {
		token,
		out,
		entry: context.entry,
		lost: lostOf(holds),
		onSpawn
	});
}
async function complete({ request, services, entry }, token, out, made) {
	const { subject, policy } = request;
	const { signal } = services;
	const digest = policy.verify === "full" ? await digestOf(out, signal) : void 0;
	if (policy.readOnly) tellOfShared(await makeReadOnly(out), services);
	const flushed = readdirSync(out).length === 0 ? void 0 : flushTree(out, flushBudget(made.buildMs), signal);
	const [size, flush] = await Promise.all([measureTree(out, { signal }), flushed]);
	entry.lease(token, services.worker, services.who);
	return {
		manifest: {
			format: 1,
			key: subject.key,
			scope: subject.scope,
			build: token,
			producer: made.producer.name,
			fingerprint: made.producer.fingerprint,
			identity: made.product.identity,
			...size,
			digest,
			buildMs: made.buildMs,
			createdAt: new Date().toISOString(),
			path: out,
			platform: subject.platform,
			bootId: bootId(),
			builtBy: made.builtBy ?? services.who
		},
		isFlushed: flush !== "gave up"
	};
}
function tellOfShared(files, { reporter }) {
	if (files === 0) return;
	reporter.warn(`read-only: ${files} files of the build keep their modes, because they are hard links to files outside of it, as in the store of a package manager. Let the script copy them instead (pnpm: package-import-method=copy; uv: link-mode=copy).`);
}
async function digestOf(out, signal) {
	const { digestTree } = await import("./store-tree-digest.js");
	return digestTree(out, signal);
}
function requireFreeSpace({ policy, subject }) {
	if (policy.needsFreeBytes === 0) return;
	const { freeBytes } = fileSystemOf(subject.root);
	if (freeBytes >= policy.needsFreeBytes) return;
	throw new OnceError("NO_SPACE", `needs-free: ${subject.root} has ${formatBytes(freeBytes)} free, and this build asks for ${formatBytes(policy.needsFreeBytes)}. Nothing was built. Free some space there, or name another \`root\`.`);
}
async function leaveReason({ services, entry }, { token }, turn, error) {
	if (services.signal.aborted || !(error instanceof OnceError) || error.code !== "BUILD_FAILED") return;
	const { exitCode, message } = error;
	const failure = {
		token,
		reason: exitCode === void 0 ? message.replace(/\.$/, "") : `exit code ${exitCode}`,
		exitCode,
		who: services.who,
		at: new Date().toISOString()
	};
	try {
		entry.fail(failure);
		if (turn?.kind === "build") await turn.fail({
			format: 1,
			...failure
		});
	} catch (trouble) {
		services.reporter.debug(`lock ${entry.id}: the reason is not left for others: ${messageOf(trouble)}`);
	}
}
// src/recipe/wait/contention.ts
function taken({ met }, accepted) {
	return {
		result: met ? "waited" : "reused",
		accepted
	};
}
// src/recipe/wait/shared-failures.ts
var SharedFailures = class {
	#entry;
	#attempts;
	#before;
	constructor(entry, attempts) {
		this.#entry = entry;
		this.#attempts = attempts;
		this.#before = new Set(entry.failureNames());
	}
	check() {
		refuseTooMany(this.#entry.subject.key, this.#entry.failures(this.#before), this.#attempts);
	}
};
function refuseTooMany(key, fresh, attempts) {
	if (fresh.length < attempts) return;
	const newest = fresh.reduce((a, b) => b.at > a.at ? b : a);
	const times = fresh.length === 1 ? "once" : `${fresh.length} times`;
	throw new OnceError("SHARED_FAILURE", `"${shorten(key)}" failed to build ${times} while this step waited, so it is not tried again. The newest: ${shorten(newest.reason, 300)}, by ${describeWho(newest.who)}. Its log tells why.`, { exitCode: newest.exitCode });
}
// src/recipe/wait/timed-out.ts
function timedOut({ context }, holder, where) {
	const { request, services, tally } = context;
	const { mode, waitTimeoutMs, onTimeout } = request.policy;
	tally.lock.stop();
	if (onTimeout === "build") {
		const limit = formatDuration(waitTimeoutMs);
		services.reporter.info(`The wait is over (wait-timeout ${limit}): this job builds for itself (on-timeout: build).`);
		return { result: "private" };
	}
	const what = waitTimeoutMs === 0 ? "was not there, and `wait-timeout: 0` does not wait" : `was not there after waiting ${formatDuration(tally.waitedMs)} (wait-timeout ${formatDuration(waitTimeoutMs)})`;
	const orBuild = mode === "build" ? ", or let this job build for itself with `on-timeout: build`" : "";
	throw new OnceError("WAIT_TIMEOUT", `"${shorten(request.subject.key)}" ${what} for ${describeHolder(holder, tally.lock.ms)}. Give it longer with \`wait-timeout\`${orBuild}. The lock is ${where}.`);
}
// src/recipe/pool/turn.ts
function buildTurn(pool, id, claim, refused) {
	return {
		kind: "build",
		claim,
		publish: async (pointer) => await claim.confirm() && pool.publish(id, claim.token, pointer, refused),
		fail: (failure) => pool.fail(id, failure),
		openSlots: (group, count) => pool.openSlots(group, count)
	};
}
// src/recipe/pool/pool-wait.ts
var PoolWait = class {
	#contention;
	#own;
	#pool;
	#log;
	#signal;
	constructor(contention, own, pool) {
		this.#contention = contention;
		this.#own = own;
		this.#pool = pool;
		const { services } = contention.context;
		this.#log = new WaitLog(services.reporter);
		this.#signal = AbortSignal.any([services.signal, own.lost]);
	}
	async take() {
		const { tally, entry } = this.#contention.context;
		const watch = this.#pool.engine.watch(entry.id);
		try {
			return await this.#wait(watch);
		} finally {
			tally.lock.stop();
			await watch[Symbol.asyncDispose]();
		}
	}
	async #wait(watch) {
		const { services, acceptance, request, tally, entry } = this.#contention.context;
		for (;;) {
			services.signal.throwIfAborted();
			if (this.#own.lost.aborted) return { value: void 0 };
			const found = await acceptance.look();
			if (found !== void 0) return { value: taken(this.#contention, found) };
			const answer = await this.#restoreOrClaim();
			if ("kind" in answer) return answer;
			if (await this.#isInherited(answer)) continue;
			this.#contention.met = true;
			tally.lock.start();
			const leftMs = request.policy.waitTimeoutMs - tally.waitedMs;
			if (leftMs <= 0) return { value: timedOut(this.#contention, answer, this.#pool.engine.where(entry.id)) };
			this.#log.note(answer.token, tally.lock.ms, (waiting) => this.#line(waiting, answer));
			await watch.next(this.#signal, leftMs);
		}
	}
	async #restoreOrClaim() {
		const { entry, services, request } = this.#contention.context;
		const before = await this.#news();
		if (before !== void 0) return this.#restore(before);
		await this.#checkFailures();
		const answer = await this.#pool.engine.claim(entry.id, {
			key: request.subject.key,
			who: services.who
		});
		if (!isClaim(answer)) return answer;
		try {
			const pointer = await this.#news();
			if (pointer === void 0) return buildTurn(this.#pool, entry.id, answer, this.#contention.pool.lastPointer || void 0);
			await answer[Symbol.asyncDispose]();
			return this.#restore(pointer);
		} catch (error) {
			await Promise.resolve(answer[Symbol.asyncDispose]()).catch(() => {});
			throw error;
		}
	}
	#restore(pointer) {
		return {
			kind: "restore",
			pointer,
			refuse: () => this.#contention.pool.refused.add(pointer.token)
		};
	}
	async #news() {
		const { context, pool: memory } = this.#contention;
		const pointer = await this.#pool.published(context.entry.id);
		const isFirst = memory.lastPointer === void 0;
		memory.lastPointer = pointer?.token ?? "";
		if (pointer === void 0) return void 0;
		if (isFirst && context.request.policy.force) memory.refused.add(pointer.token);
		return memory.refused.has(pointer.token) ? void 0 : pointer;
	}
	async #checkFailures() {
		const { request, entry } = this.#contention.context;
		const { pool: memory } = this.#contention;
		const known = memory.failures;
		if (known === void 0) memory.failures = new Set(await this.#pool.failureNames(entry.id));
		else refuseTooMany(request.subject.key, await this.#pool.failures(entry.id, known), request.policy.attempts);
	}
	async #isInherited({ origin, token }) {
		const { entry, services } = this.#contention.context;
		if (origin !== this.#pool.engine.origin || !await this.#own.confirm()) return false;
		const removed = await this.#pool.engine.remove(entry.id, token);
		if (removed) services.reporter.info(`Took over the pool's lock of an earlier job of this host, which is gone.`);
		return removed;
	}
	#line(waiting, holder) {
		const { request, tally } = this.#contention.context;
		const whom = describeHolder(holder, tally.lock.ms);
		const key = `"${shorten(request.subject.key)}"`;
		return holder.token === "grace" ? `${waiting} for ${whom}: ${key}.` : `${waiting} for ${whom}, which builds ${key} for the pool.`;
	}
};
// src/recipe/pool/in-pool.ts
async function inPool(contention, own, openPool, make) {
	let pool;
	let turn;
	try {
		pool = await openPool();
		turn = await new PoolWait(contention, own, pool).take();
	} catch (error) {
		await pool?.[Symbol.asyncDispose]();
		if (!decidesForItself(error, contention.context)) throw error;
		return make(void 0);
	}
	try {
		return "value" in turn ? turn.value : await holding(contention, turn, make);
	} finally {
		await pool[Symbol.asyncDispose]();
	}
}
function decidesForItself(error, { request, services }) {
	if (!(error instanceof OnceError && error.code === "POOL_UNUSABLE") || request.policy.onPoolError === "fail") return false;
	services.reporter.warn(`${error.message} This host decides for itself (on-pool-error: local).`);
	return true;
}
async function holding({ context }, turn, make) {
	if (turn.kind === "restore") return make(turn);
	try {
		return await make(turn);
	} finally {
		try {
			await turn.claim[Symbol.asyncDispose]();
		} catch (error) {
			if (!turn.claim.lost.aborted) context.services.reporter.warn(`${messageOf(error)} The pool's lock opens when its lease ends.`);
		}
	}
}
// src/recipe/build/hold.ts
async function hold(contention, claim) {
	const { context, failures } = contention;
	const { services, entry, acceptance } = context;
	try {
		services.reporter.debug(`lock ${entry.id}: claimed as ${claim.token}`);
		entry.revokeOthers();
		const found = await acceptance.look();
		if (found !== void 0) return taken(contention, found);
		failures.check();
		if (services.unsharedReason !== void 0) services.reporter.warn(services.unsharedReason);
		const make = (turn) => hostsTurn(contention, claim, turn);
		if (services.openPool === void 0) return await make(void 0);
		return await inPool(contention, claim, services.openPool, make);
	} finally {
		await releaseAndSweep(contention, claim);
	}
}
async function hostsTurn(contention, claim, turn) {
	const { context } = contention;
	const make = async (slot) => {
		const built = await attempt(context, claim, turn, slot);
		if (built === void 0) return tellLoss(context, turn);
		if (built.origin === "build") return {
			result: "built",
			accepted: built,
			origin: built.origin
		};
		return {
			...taken(contention, built),
			origin: built.origin
		};
	};
	const build = {
		token: claim.token,
		unneeded: () => unneeded(contention, claim, turn)
	};
	if (turn === void 0) return inSlot(context, build, make);
	if (turn.kind === "build") return inPoolsSlot(contention, build, make, turn);
	const restored = await make();
	return restored === void 0 && contention.pool.refused.has(turn.pointer.token) ? "again" : restored;
}
async function inPoolsSlot({ context }, build, make, turn) {
	try {
		return await inSlot(context, build, make, async (...group) => turn.openSlots(...group));
	} catch (error) {
		if (!decidesForItself(error, context)) throw error;
		return inSlot(context, build, make);
	}
}
function tellLoss({ request, services }, turn) {
	if (turn?.kind === "restore" || services.signal.aborted) return;
	const key = shorten(request.subject.key);
	services.reporter.info(`"${key}": this build is not published, for its lock or its slot was taken over. Going on.`);
}
async function unneeded(contention, claim, turn) {
	if (claim.lost.aborted || turn?.kind === "build" && turn.claim.lost.aborted) return { value: void 0 };
	const found = await contention.context.acceptance.look();
	return found && { value: taken(contention, found) };
}
async function releaseAndSweep({ context, engine }, claim) {
	const { services, entry } = context;
	const { reporter, cleanupDeadline } = services;
	try {
		await claim[Symbol.asyncDispose]();
		reporter.debug(`lock ${entry.id}: released`);
		const alive = (token) => engine.alive(entry.id, token);
		const swept = await entry.sweep(alive, cleanupDeadline, services.signal.aborted);
		await engine.tidy(entry.id, cleanupDeadline);
		if (swept > 0) reporter.info(`Swept ${swept === 1 ? "a build" : `${swept} builds`} that died unfinished.`);
	} catch (error) {
		reporter.warn(`Cleaning up in ${entry.dir} failed: ${messageOf(error)}. The next build tries again.`);
	}
}
// src/recipe/wait/crossing.ts
const LINGER = 4;
var Crossing = class {
	#context;
	#engine;
	#job;
	#seen = new Map();
	#alive = new Set();
	#file;
	#seenFor = 0;
	constructor(context, engine) {
		this.#context = context;
		this.#engine = engine;
		this.#job = context.services.worker.id;
	}
	async check(holder) {
		const { job } = holder.asker ?? {};
		if (job === void 0) return this.leave();
		await this.#note();
		if (this.#seenFor === 0 && !await this.#leadsBack(job, new Set())) return;
		if (this.#seenFor++ >= LINGER) throw this.#cycle(holder);
	}
	leave() {
		const file = this.#file;
		this.#file = void 0;
		try {
			if (file !== void 0) dropWait(file);
		} catch {}
	}
	async #note() {
		const { request, entry } = this.#context;
		try {
			if (this.#file === void 0 || !touchWait(this.#file)) this.#file = await noteWait(request.subject.root, this.#job, entry.id);
		} catch {}
	}
	async #leadsBack(job, visited) {
		if (job === this.#job) return true;
		if (visited.has(job)) return false;
		visited.add(job);
		for (const id of this.#livingWaits(job)) {
			const next = (await this.#engine.holder(id))?.asker?.job;
			if (next !== void 0 && await this.#leadsBack(next, visited)) return true;
		}
		return false;
	}
	#livingWaits(job) {
		const waits = waitsOf(this.#context.request.subject.root, job);
		for (const { file, mtimeMs } of waits) {
			if (this.#seen.has(file) && this.#seen.get(file) !== mtimeMs) this.#alive.add(file);
			this.#seen.set(file, mtimeMs);
		}
		return waits.filter(({ file }) => this.#alive.has(file)).map(({ id }) => id);
	}
	#cycle(holder) {
		const { request, tally } = this.#context;
		return new OnceError("CLAIM_CYCLE", `"${shorten(request.subject.key)}" is claimed by ${describeHolder(holder, tally.lock.ms)}, and that job waits in turn for a key that this one has claimed: neither would ever end. Let all jobs claim their keys in the same order.`);
	}
};
// src/recipe/wait/contend.ts
var contend_exports = __exportAll({ contend: () => contend });
const LOST_LIMIT = 3;
async function contend(looking, engine, met = false) {
	const entry = new BuildEntry(looking.entry.subject, looking.entry.groupShared);
	const context = {
		...looking,
		entry
	};
	const { request } = context;
	if (request.policy.mode === "build") await makeRoom(context, engine);
	const watch = firstOf(engine.watch(entry.id), entry.watch());
	const crossing = new Crossing(context, engine);
	try {
		return await takeTurns({
			context,
			engine,
			met
		}, watch, crossing);
	} finally {
		crossing.leave();
		await watch[Symbol.asyncDispose]();
	}
}
const REMEMBERED_MS = 3e3;
const RETRY_MS = 100;
async function makeRoom({ entry, services }, engine) {
	const limit = deadlineIn(REMEMBERED_MS);
	for (;;) try {
		entry.prepare();
		engine.prepare(entry.id);
		return;
	} catch (error) {
		if (!["ENOENT", "ESTALE"].includes(systemCode(error) ?? "") || limit.left() <= 0) throw error;
		await sleep(RETRY_MS, services.signal);
		services.signal.throwIfAborted();
	}
}
async function takeTurns({ context, engine, met }, watch, crossing) {
	const { request, services, entry, acceptance, tally } = context;
	const { key } = request.subject;
	const failures = new SharedFailures(entry, request.policy.attempts);
	const log = new WaitLog(services.reporter);
	const contention = {
		context,
		engine,
		failures,
		met,
		paused: false,
		pool: { refused: new Set() }
	};
	for (let losses = 0; losses < LOST_LIMIT;) {
		services.signal.throwIfAborted();
		const found = await acceptance.look();
		if (found !== void 0) return taken(contention, found);
		const answer = await holderOrClaim(contention);
		if (answer === void 0) {
			if (!contention.met || contention.paused) return lastLook(contention);
			await pause(contention, watch);
			continue;
		}
		if (isClaim(answer)) {
			tally.lock.stop();
			crossing.leave();
			const result = await hold(contention, answer);
			if (result === "again") continue;
			if (result !== void 0) return result;
			contention.met = true;
			losses += 1;
			continue;
		}
		refuseOwnClaim(answer, context);
		await crossing.check(answer);
		contention.met = true;
		contention.paused = false;
		tally.lock.start();
		const leftMs = request.policy.waitTimeoutMs - tally.waitedMs;
		if (leftMs <= 0) return timedOut(contention, answer, engine.where(entry.id));
		log.note(isSlow(answer) ? `${answer.token}, slow` : answer.token, tally.lock.ms, (waiting) => waitingFor(waiting, answer, context));
		await watch.next(services.signal, leftMs);
	}
	throw new OnceError("LOCK_LOST", `The lock of "${shorten(key)}" in ${entry.dir} was lost ${LOST_LIMIT} times while building, and nothing was published. The disk or its network does not let heartbeats through: see the kernel log of this host.`);
}
const PAUSE_MS = 500;
async function pause(contention, watch) {
	contention.paused = true;
	await watch.next(contention.context.services.signal, PAUSE_MS);
}
async function holderOrClaim({ context, engine, failures }) {
	const { request, services, entry } = context;
	const holder = await engine.holder(entry.id);
	if (holder !== void 0) return holder;
	if (request.policy.mode !== "build") return void 0;
	failures.check();
	const { who, steps, worker } = services;
	return engine.claim(entry.id, {
		key: request.subject.key,
		who,
		...steps && { job: worker.id }
	});
}
function waitingFor(waiting, holder, { request, acceptance, tally }) {
	const last = acceptance.lastBuildMs;
	const usual = last === void 0 ? "" : ` The last build of this key took ${formatDuration(last)}.`;
	const who = describeHolder(holder, tally.lock.ms);
	const key = `"${shorten(request.subject.key)}"`;
	return `${waiting} for ${who}, which ${request.policy.slots === void 0 ? `builds ${key}` : `builds ${key}, or waits for a build slot to`}.${usual}`;
}
async function lastLook(contention) {
	const found = await contention.context.acceptance.look();
	return found === void 0 ? { result: "missed" } : taken(contention, found);
}
export { GRACE as a, engine_exports as c, private_build_exports as i, isAsker as l, failureText as n, slots_exports as o, parseFailure as r, inspector_exports as s, contend_exports as t, PolledWatch as u };
