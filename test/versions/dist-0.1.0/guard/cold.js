import { i as __toESM, n as __exportAll, r as __require, t as __commonJSMin } from "./rolldown-runtime.js";
import { $ as fingerprintOf, A as discard, B as makeEntryDirs, C as withinOf, Ct as sleep, D as publish, E as openAttempt, G as versionDir, H as slotPaths, K as rename, M as dropDraft, O as wasPublished, P as buildDir, Q as loadProducer, R as isTakenRight, S as leaveLease, St as monotonicMs, T as current, U as slotsOf, V as makeSlotDirs, W as tokenIn, X as makeFolder, Y as lookAt, Z as namesIn, _t as messageOf, a as listenAt, at as probe, b as resultOf, bt as deadlineIn, c as isOwn, ct as formatBytes, ft as shorten, gt as OnceError, i as connectTo, it as pidNamespace, j as destroyTakenRight, k as withdraw, l as refuseOwnClaim, lt as formatDuration, mt as newToken, nt as bootId, ot as processState, q as fileSystemOf, rt as killProcessesOf, s as digestOf$1, vt as systemCode, w as withScratch, wt as stopwatch, x as savedMsOf, xt as jitter, y as buildMsOf, yt as unless, z as isTrash } from "./hot.js";
import { n as runCommand, t as Tail } from "./commands.js";
import { a as flushTree, i as flushBudget, n as measureTree, r as removeTree, t as makeReadOnly } from "./tree.js";
import { o as toolPaths } from "./tool.js";
const { dirname, join } = process.getBuiltinModule("path");
const nodeFs = process.getBuiltinModule("fs");
const { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, rmdirSync, statSync, unlinkSync, utimesSync, watch, writeFileSync } = process.getBuiltinModule("fs");
const { constants: constants$1, hostname } = process.getBuiltinModule("os");
const { promisify } = process.getBuiltinModule("util");
const { mkdir, rm } = process.getBuiltinModule("fs/promises");
// src/base/who.ts
function describeWho(who) {
	const [repository, job, runner, host, runUrl] = [
		who.repository,
		who.job,
		who.runner,
		who.host,
		who.runUrl
	].map(shown);
	const place = [runner && `on ${runner}`, host && `(${host})`].filter(Boolean).join(" ");
	return [
		repository,
		[job && `job ${job}`, place].filter(Boolean).join(" "),
		runUrl
	].filter(Boolean).join(", ") || "unknown";
}
function shown(text) {
	return typeof text === "string" ? shorten(text, 200) : "";
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
// src/lock/folders.ts
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
function ownerFile(lock, token) {
	return join(lock, `owner-${token}`);
}
function ownerIn(name) {
	return /^owner-([0-9a-f]{12})$/.exec(name)?.[1];
}
function recordFile(folders, token) {
	return join(folders.holders, `${token}.json`);
}
function socketFile(folders, token) {
	return join(folders.holders, `${token}.sock`);
}
function failureFile(folders, token) {
	return join(folders.failures, `${token}.json`);
}
// src/lock/owner-fs.ts
const realFs = {
	readdir: promisify(nodeFs.readdir),
	writeFile: promisify(nodeFs.writeFile),
	rename: process.platform === "win32" ? async (from, to) => rename(from, to) : promisify(nodeFs.rename),
	unlink: promisify(nodeFs.unlink),
	rmdir: promisify(nodeFs.rmdir),
	stat: promisify(nodeFs.stat),
	utimes: promisify(nodeFs.utimes),
	rm: promisify(nodeFs.rm),
	unlinkSync: nodeFs.unlinkSync,
	rmdirSync: nodeFs.rmdirSync
};
const HELD = "EHELD";
const SWEPT = "ESWEPT";
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
			await fs.rm(own, {
				recursive: true,
				force: true
			});
			throw asClaimError(error);
		}
	}
	async function confirm() {
		try {
			return (await fs.readdir(lock)).includes(`owner-${token}`);
		} catch (error) {
			if ([
				"ENOENT",
				"ENOTDIR",
				"ESTALE"
			].includes(systemCode(error) ?? "")) return false;
			throw error;
		}
	}
	async function removeFolder() {
		await fs.rmdir(lock).catch(ignoreTaken);
	}
	async function unlinkOwner() {
		await fs.unlink(owner).catch(ignoreGone);
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
			removeSync(() => fs.rmdirSync(lock));
		}
	};
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
	if (![
		"ENOENT",
		"ENOTEMPTY",
		"EEXIST",
		"EPERM",
		"EBUSY",
		"ESTALE"
	].includes(systemCode(error) ?? "")) throw error;
}
function ignoreGone(error) {
	if (![
		"ENOENT",
		"ENOTDIR",
		"ESTALE"
	].includes(systemCode(error) ?? "")) throw error;
}
function removeSync(remove) {
	try {
		remove();
	} catch {}
}
// src/lock/record.ts
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
	const text = unless([
		"ENOENT",
		"ENOTDIR",
		"ESTALE"
	], () => readFileSync(file, "utf8"));
	if (text === void 0) return void 0;
	try {
		const value = JSON.parse(text);
		return typeof value.asker.who === "object" && value.asker.who !== null && typeof value.since === "string" && typeof value.pid === "number" && typeof value.bootId === "string" ? value : void 0;
	} catch {
		return;
	}
}
// src/lock/file-claim.ts
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
	const draft = join(folders.tmp, token, "record");
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
	rmSync(recordFile(folders, token), { force: true });
	rmSync(socketFile(folders, token), { force: true });
	rmSync(join(folders.tmp, token), {
		recursive: true,
		force: true
	});
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
		const { folders, token, staleMs, heartbeatMs } = this.#options;
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
		this.#patienceMs = staleMs - heartbeatMs;
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
	async fail(failure) {
		const { folders, token } = this.#options;
		const draft = join(folders.tmp, `${token}.failure`);
		const whole = {
			format: 1,
			token,
			...failure
		};
		writeFileSync(draft, `${JSON.stringify(whole)}\n`);
		rename(draft, failureFile(folders, token));
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
		if (!overdue() || this.lost.aborted) return;
		const grace = setTimeout(() => this.#lose("its heartbeat did not get through"), this.#options.staleMs / 6).unref();
		const settle = (still) => {
			if (still) this.#lastBeat = monotonicMs();
			else this.#lose("somebody took it over");
			clearTimeout(grace);
		};
		this.#fs.confirm().then(settle, () => {});
	}
	#lose(why) {
		clearInterval(this.#watchdog);
		this.#lost.abort(new Error(`The lock is no longer ours: ${why}`));
	}
};
// src/lock/liveness.ts
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
	if (record.startTime !== void 0 && state.startTime !== record.startTime) return "dead";
	return "alive";
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
function staleAfter(record, ownStaleMs) {
	const stated = Number.isFinite(record?.staleMs) ? Number(record?.staleMs) : 0;
	return Math.min(Math.max(stated, ownStaleMs), STALE_CAP_MS);
}
// src/lock/orphans.ts
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
// src/lock/times.ts
const LOCAL = {
	heartbeatMs: 5e3,
	staleMs: 3e4,
	pollMs: 250,
	slowestPollMs: 250
};
const NETWORK = {
	heartbeatMs: 1e4,
	staleMs: 12e4,
	pollMs: 250,
	slowestPollMs: 2e3
};
// src/lock/watch.ts
function watchFolder(dir, names, times) {
	let happened = false;
	let wake = () => {};
	const watcher = subscribe(dir, (name) => {
		if (name !== null && !names.includes(name)) return;
		happened = true;
		wake();
	});
	let pollMs = times.pollMs;
	return {
		async next(signal, atMostMs) {
			if (!happened && !signal.aborted) {
				const event = new AbortController();
				wake = () => event.abort();
				signal.addEventListener("abort", wake);
				await sleep(Math.min(jitter(pollMs), atMostMs), event.signal);
				signal.removeEventListener("abort", wake);
				wake = () => {};
			}
			const seen = happened;
			pollMs = seen ? times.pollMs : Math.min(pollMs * 1.5, times.slowestPollMs);
			happened = false;
			return seen;
		},
		async [Symbol.asyncDispose]() {
			watcher?.close();
		}
	};
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
// src/lock/file.ts
var file_exports = __exportAll({ FileEngine: () => FileEngine });
const TRIES = 20;
const GONE$1 = [
	"ENOENT",
	"ENOTDIR",
	"ESTALE"
];
var FileEngine = class {
	#options;
	#times;
	#heartbeats = new Heartbeats();
	#records = new Map();
	#place = here();
	constructor(options) {
		const { heartbeatMs, staleMs } = options;
		this.#options = options;
		this.#times = {
			...options.network ? NETWORK : LOCAL,
			...heartbeatMs === void 0 ? {} : { heartbeatMs },
			...staleMs === void 0 ? {} : { staleMs }
		};
	}
	async holder(id) {
		const folders = this.#options.folders(id);
		const names = list$1(folders.lock);
		for (const token of names.map(ownerIn)) {
			if (token === void 0) continue;
			const holder = await this.#livingHolder(id, folders, token);
			if (holder !== void 0) return holder;
		}
		return names.length > 0 && names.every((name) => ownerIn(name) === void 0) ? this.#foreign(folders, names) : void 0;
	}
	async claim(id, asker) {
		const folders = this.#options.folders(id);
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
					network: this.#options.network
				});
			} catch (error) {
				const code = systemCode(error);
				if (code !== "EHELD" && code !== "ESWEPT") throw error;
				this.#options.reporter.debug(`lock ${id}: not claimed (${code === "EHELD" ? "held" : "swept"}), trying again`);
				if (tries < TRIES) continue;
				if (code === "EHELD") return {
					token,
					asker: void 0,
					since: void 0,
					silentMs: 0
				};
				throw error.cause ?? error;
			}
		}
	}
	watch(id) {
		return watchFolder(this.#options.folders(id).dir, ["entry", "lock"], this.#times);
	}
	async failures(id) {
		const dir = this.#options.folders(id).failures;
		return list$1(dir).map((name) => readFailure(join(dir, name))).filter((failure) => failure !== void 0);
	}
	async alive(id, token) {
		const folders = this.#options.folders(id);
		if (isOwner(folders, token)) return true;
		const file = recordFile(folders, token);
		const age = ageOnDisk(file, folders.tmp);
		if (age === void 0) return this.#listens(folders, token);
		const record = readRecord(file);
		const verdict = record && await judge(record, this.#place, this.#options.network, socketFile(folders, token));
		if (verdict !== "dead" && (verdict === "alive" || age < 6e5)) return true;
		return !forgetEnded(folders, token);
	}
	async [Symbol.asyncDispose]() {}
	async #livingHolder(id, folders, token) {
		const beat = unless(GONE$1, () => statSync(ownerFile(folders.lock, token)).mtimeMs);
		if (beat === void 0) return void 0;
		const record = this.#record(folders, token);
		const silentMs = this.#heartbeats.observe(token, beat);
		const limitMs = staleAfter(record, this.#times.staleMs);
		if ((record && await judge(record, this.#place, this.#options.network, socketFile(folders, token))) === "dead") return this.#takeOver(id, folders, token, record, "its process is gone");
		if (silentMs >= limitMs) return this.#takeOver(id, folders, token, record, `no heartbeat for ${Math.round(silentMs / 1e3)} s`);
		return {
			token,
			asker: record?.asker,
			since: record?.since,
			silentMs
		};
	}
	async #listens(folders, token) {
		const verdict = await judgeBySocket(socketFile(folders, token));
		return verdict === "alive" || verdict === "dead" && !forgetEnded(folders, token);
	}
	#record(folders, token) {
		const record = this.#records.get(token) ?? readRecord(recordFile(folders, token));
		if (record !== void 0) this.#records.set(token, record);
		return record;
	}
	async #takeOver(id, folders, token, record, why) {
		if (record?.bootId === this.#place.bootId) await endOrphans(record, this.#place, this.#options.reporter);
		this.#options.revoke(id, token);
		const opened = unless(GONE$1, () => {
			unlinkSync(ownerFile(folders.lock, token));
			return true;
		});
		forget(folders, token);
		if (opened !== true) return void 0;
		const from = record === void 0 ? "an unknown holder" : describeWho(record.asker.who);
		this.#options.reporter.info(`Took over the ${this.#options.word ?? "lock"} of ${from}: ${why}.`);
	}
	#foreign(folders, names) {
		const changed = unless(GONE$1, () => statSync(folders.lock).mtimeMs);
		if (changed === void 0) return void 0;
		const silentMs = this.#heartbeats.observe(folders.lock, changed);
		if (silentMs < this.#times.staleMs) return {
			token: names[0] ?? "",
			asker: void 0,
			since: void 0,
			silentMs
		};
		for (const name of names) unless(GONE$1, () => rename(join(folders.lock, name), join(folders.dir, `.trash-lock-${newToken()}`)));
		this.#options.reporter.warn(`${folders.lock} held files that are no lock of ours (${names.join(", ")}): moved aside.`);
	}
};
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
	return list$1(lock).includes(`owner-${token}`);
}
function forgetEnded(folders, token) {
	if (isOwner(folders, token)) return false;
	forget(folders, token);
	return true;
}
function forget(folders, token) {
	rmSync(socketFile(folders, token), { force: true });
	rmSync(recordFile(folders, token), { force: true });
}
function ageOnDisk(file, tmp) {
	const written = unless(GONE$1, () => statSync(file).mtimeMs);
	if (written === void 0) return void 0;
	const token = reserve(tmp);
	const now = unless(GONE$1, () => statSync(join(tmp, token)).mtimeMs) ?? written;
	rmSync(join(tmp, token), {
		recursive: true,
		force: true
	});
	return now - written;
}
function readFailure(file) {
	const text = unless(GONE$1, () => readFileSync(file, "utf8"));
	if (text === void 0) return void 0;
	try {
		const value = JSON.parse(text);
		return [
			value.token,
			value.reason,
			value.at
		].every((each) => typeof each === "string") && typeof value.who === "object" && value.who !== null ? value : void 0;
	} catch {
		return;
	}
}
function list$1(dir) {
	return unless(GONE$1, () => readdirSync(dir)) ?? [];
}
// src/producers/run.ts
function runProducer(spec) {
	return {
		name: "run",
		fingerprint: fingerprintOf({
			name: "run",
			spec
		}),
		produce: (attempt) => produce(spec, attempt)
	};
}
async function produce(spec, attempt) {
	const { identity } = await logged(`Building ${shorten(attempt.key)}`, attempt, (onOutput) => runCommand(spec, {
		...attempt,
		onOutput
	}));
	return { identity };
}
async function logged(title, attempt, run, what = `The build of "${shorten(attempt.key)}"`) {
	attempt.signal.throwIfAborted();
	const tail = new Tail();
	const result = await inGroup(title, attempt, tail, run);
	warnOfRest(result.ending, attempt);
	attempt.signal.throwIfAborted();
	const error = failureOf(result, what, attempt);
	if (error === void 0) return result;
	if (!succeeded(result.ending)) repeat(tail, attempt);
	throw error;
}
async function inGroup(title, { reporter }, tail, action) {
	reporter.openGroup(title);
	try {
		return await action((chunk) => {
			tail.push(chunk);
			reporter.output(chunk);
		});
	} finally {
		if (!tail.endsLine) reporter.output(Buffer.from("\n"));
		reporter.closeGroup();
	}
}
function repeat(tail, { reporter }) {
	const lines = tail.lines();
	if (lines.length === 0) return;
	reporter.info("The last lines of the build:");
	for (const line of lines) reporter.info(line);
}
function warnOfRest({ leftBehind, stuck }, { key, reporter }) {
	const build = `The build of "${shorten(key)}"`;
	if (stuck.length > 0) reporter.warn(`${build} left processes that cannot be ended: pid ${stuck.join(", ")}.`);
	if (stuck.length > 0 || leftBehind === 0) return;
	const [some, they] = leftBehind === 1 ? ["a process", "It was"] : [`${leftBehind} processes`, "They were"];
	reporter.warn(`${build} left ${some} running. ${they} ended, since nothing may change a build that others use: let the script wait for what it starts, and stop its daemons.`);
}
function succeeded({ exitCode, stopped }) {
	return exitCode === 0 && stopped === void 0;
}
function failureOf({ ending, exported }, build, { timeoutMs }) {
	if (!succeeded(ending)) {
		const exitCode = ending.stopped === void 0 ? exitCodeOf(ending) : void 0;
		return new OnceError("BUILD_FAILED", `${build} ${whyFailed(ending, timeoutMs)}.`, { exitCode });
	}
	if (ending.stuck.length > 0) return new OnceError("BUILD_FAILED", `${build} left processes that cannot be ended, another user's perhaps (sudo), and may write on: let the script stop them.`);
	if (exported.length === 0) return void 0;
	return new OnceError("BUILD_FAILED", [`${build} used what reaches one job only.`, ...exported.map(advice)].join(" "));
}
function whyFailed(ending, timeoutMs) {
	if (ending.stopped !== void 0) return `took longer than build-timeout (${formatDuration(timeoutMs)}) and was ended`;
	if (ending.killedBy !== void 0) return `was killed by ${ending.killedBy}${hints[ending.killedBy] ?? ""}`;
	return `failed with exit code ${ending.exitCode}${hints[`${ending.exitCode}`] ?? ""}`;
}
const outOfMemory = " (as the kernel does when memory runs out)";
const hints = {
	SIGKILL: outOfMemory,
	126: " (a command that may not be executed)",
	127: " (a command that was not found)",
	137: outOfMemory
};
function exitCodeOf({ exitCode, killedBy }) {
	return exitCode ?? (killedBy && 128 + constants$1.signals[killedBy]);
}
const instead$1 = {
	GITHUB_ENV: "set variables with the input `export-env`",
	GITHUB_PATH: "put folders on PATH with the input `add-path`",
	GITHUB_OUTPUT: "say what it is in the file $BUILD_ONCE_IDENTITY, which becomes the output `identity` of this step"
};
function advice(file) {
	return `It wrote to ${file}, which the jobs that reuse the build would never see: ${instead$1[file]}.`;
}
// src/lock/engine.ts
function isClaim(answer) {
	return "confirm" in answer;
}
// src/store/sticky.ts
const STICKY = 512;
function isSticky(folder) {
	const stats = unless([
		"ENOENT",
		"ENOTDIR",
		"EACCES"
	], () => statSync(folder));
	return stats !== void 0 && (stats.mode & STICKY) !== 0;
}
function refuseSticky(root, paths) {
	const version = versionDir(root);
	const below = [
		paths.dir,
		paths.lock,
		paths.holders,
		paths.failures,
		paths.readers,
		paths.published,
		paths.tmp
	];
	const sticky = [
		root,
		dirname(version),
		version,
		...below
	].find(isSticky);
	if (sticky === void 0) return;
	throw new OnceError("ROOT_UNUSABLE", `shared: group: ${sticky} is sticky (chmod +t), so that no user could take over the lock of another one who died. Take that away (chmod -t), or make a folder of its own in it and name that as \`root\`.`);
}
// src/store/sweep.ts
async function sweep(paths, alive, signal) {
	const found = list(paths.dir);
	const names = new Set(found.map(tokenIn));
	const traces = list(paths.holders).map((name) => tokenIn(name.slice(0, 12)));
	const scraps = list(paths.tmp);
	const marks = list(paths.published);
	let swept = 0;
	for (const token of names) {
		if (token === void 0) continue;
		if (marks.includes(token) && found.filter((name) => tokenIn(name) === token).length === 1 && !traces.includes(token) || await alive(token)) continue;
		if (sweepAttempt(paths, token)) swept += 1;
	}
	for (const token of traces) if (token !== void 0 && !names.has(token)) await alive(token);
	for (const scrap of scraps) if (!await alive(scrap.slice(0, 12))) discardScrap(paths, scrap);
	await emptyTrash(paths, signal);
	return swept;
}
function sweepAttempt(paths, token) {
	if (wasPublished(paths, token)) return false;
	const found = discard(paths, buildDir(paths, token), token);
	killProcessesOf(token);
	return found;
}
function discardScrap(paths, scrap) {
	discard(paths, join(paths.tmp, scrap), `tmp-${scrap}`);
}
async function emptyTrash(paths, signal) {
	const troubles = [];
	for (const name of list(paths.dir).filter(isTrash)) {
		const token = tokenIn(name);
		if (isTakenRight(name) && token !== void 0) destroyTakenRight(paths, token);
		else await removeTree(join(paths.dir, name), signal).catch((error) => troubles.push(error));
	}
	if (troubles.length > 0) throw troubles[0];
}
function list(dir) {
	return unless(["ENOENT", "ENOTDIR"], () => readdirSync(dir)) ?? [];
}
// src/recipe/lost.ts
async function isLost(claim) {
	return claim.lost.aborted || !await claim.confirm().catch(() => true);
}
// src/recipe/parts.ts
function missingParts({ addPath, exportEnv }, buildDir) {
	return [...addPath, ...exportEnv.map(({ path }) => path)].filter((part) => !existsSync(join(buildDir, part)));
}
function folderAround(parts, buildDir) {
	const [only, ...others] = readdirSync(buildDir);
	if (only === void 0 || others.length > 0) return void 0;
	return parts.every((part) => existsSync(join(buildDir, only, part))) ? only : void 0;
}
// src/recipe/make.ts
async function make(context, place) {
	const { request, services, paths, tally } = context;
	const { token, out, onSpawn } = place;
	const producer = await loadProducer(requireProducer(request));
	const signal = place.lost === void 0 ? services.signal : AbortSignal.any([services.signal, place.lost]);
	const scratch = mkdtempSync(join(services.temp, "build-once-"));
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
			paths: place.paths,
			within: [...withinOf(services.env), `${paths.id}/${token}`],
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
				paths: place.paths,
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
		rmSync(scratch, {
			recursive: true,
			force: true
		});
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
	const name = `The build of "${shorten(request.subject.key)}" ended well, but`;
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
// src/recipe/unrecorded.ts
async function findUnrecorded(context, out) {
	if ((await context.acceptance.runCheck(out))?.passed) return {
		...made("check"),
		giveBack: () => {}
	};
	const found = await findMade(context);
	if (found !== void 0) return found;
	const { tool } = context.request;
	return tool?.adopt ? adopt(context, tool, out) : void 0;
}
async function findMade({ request: { producer }, services, paths }) {
	if (producer === void 0) return void 0;
	const { findMade: find, ...how } = await loadProducer(producer);
	const product = find && await withScratch(services, (surroundings) => find(surroundings, paths));
	return product && {
		producer: how,
		product,
		buildMs: 0,
		giveBack: () => {}
	};
}
async function adopt(context, tool, out) {
	const { adoptTool, giveBackTool, requireSettled } = await import("./store-tool-adopt.js");
	if (!requireSettled(tool)) return void 0;
	requireParts(context, tool);
	adoptTool(tool, out, context.paths.dir);
	return {
		...made("adopt"),
		giveBack: () => giveBackTool(tool, out)
	};
}
function requireParts({ request }, tool) {
	const { link: folder } = toolPaths(tool);
	const missing = missingParts(request.delivery, folder);
	if (missing.length === 0) return;
	throw new OnceError("LINK_TAKEN", `adopt: ${folder} lacks what \`add-path\` or \`export-env\` name: ${missing.join(", ")}. Correct the input, or delete that folder so that this step can build it.`);
}
function made(name) {
	return {
		producer: {
			name,
			fingerprint: ""
		},
		product: { identity: void 0 },
		buildMs: 0
	};
}
// src/recipe/attempt.ts
async function attempt(context, claim, slot) {
	const { request, paths } = context;
	requireFreeSpace(request);
	const replaces = current(paths);
	return carryOut(context, {
		claim,
		slot,
		out: openAttempt(paths, claim.token),
		replaces,
		buildMs: void 0
	});
}
async function carryOut(context, opened) {
	const { request, services, paths } = context;
	const { claim, slot, out, replaces, buildMs } = opened;
	let there;
	let made;
	try {
		if (buildMs === void 0 && replaces === void 0 && !request.policy.force) there = await findUnrecorded(context, out);
		made = there ?? await build(context, claim, slot, out);
		if (buildMs !== void 0) made = {
			...made,
			buildMs
		};
		const { product } = made;
		const manifest = await finish(context, claim, out, made);
		const wanted = async () => await claim.confirm() && !services.signal.aborted;
		const sealed = async () => await wanted() && await seal(product) && await wanted();
		if (await publish(paths, manifest, replaces, product.seal === void 0 ? wanted : sealed) === "published") return {
			manifest,
			path: out,
			found: there !== void 0
		};
	} catch (error) {
		try {
			await putAway(context, claim, there, made);
		} catch (trouble) {
			services.reporter.debug(`lock ${paths.id}: ${out} is not put away: ${messageOf(trouble)}`);
		}
		if (!services.signal.aborted && (slot && await isLost(slot) || await isLost(claim))) return void 0;
		await leaveReason(context, claim, error);
		throw error;
	}
	await putAway(context, claim, there, made);
}
async function seal(product) {
	await product.seal?.();
	return true;
}
async function putAway({ paths }, { token }, there, made) {
	if (there !== void 0 && !wasPublished(paths, token)) there.giveBack();
	withdraw(paths, token);
	await made?.product.discard?.();
}
function build(context, claim, slot, out) {
	const holds = slot === void 0 ? [claim] : [claim, slot];
	const lost = AbortSignal.any(holds.map((hold) => hold.lost));
	const onSpawn = (killAll) => {
		for (const hold of holds) hold.onExit(killAll);
	};
	return make(context, {
		token: claim.token,
		out,
		paths: context.paths,
		lost,
		onSpawn
	});
}
async function finish({ request, services, paths }, claim, out, made) {
	const { subject, policy } = request;
	const { signal } = services;
	const digest = policy.verify === "full" ? await digestOf(out, signal) : void 0;
	if (policy.readOnly) await makeReadOnly(out);
	const flushed = readdirSync(out).length === 0 ? void 0 : flushTree(out, flushBudget(made.buildMs), signal);
	const [size] = await Promise.all([measureTree(out, { signal }), flushed]);
	leaveLease(paths, claim.token, services.worker, services.who);
	return {
		format: 1,
		key: subject.key,
		scope: subject.scope,
		build: claim.token,
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
		builtBy: services.who
	};
}
async function digestOf(out, signal) {
	const { digestTree } = await import("./store-digest-tree.js");
	return digestTree(out, signal);
}
function requireFreeSpace({ policy, subject }) {
	if (policy.needsFreeBytes === 0) return;
	const { freeBytes } = fileSystemOf(subject.root);
	if (freeBytes >= policy.needsFreeBytes) return;
	throw new OnceError("NO_SPACE", `needs-free: ${subject.root} has ${formatBytes(freeBytes)} free, and this build asks for ${formatBytes(policy.needsFreeBytes)}. Nothing was built. Free some space there, or name another \`root\`.`);
}
async function leaveReason({ services }, claim, error) {
	if (services.signal.aborted || !(error instanceof OnceError) || error.code !== "BUILD_FAILED") return;
	const { exitCode, message } = error;
	const failure = {
		reason: exitCode === void 0 ? message.replace(/\.$/, "") : `exit code ${exitCode}`,
		exitCode,
		who: services.who,
		at: new Date().toISOString()
	};
	await claim.fail(failure).catch(() => {});
}
// src/store/waits.ts
const KEPT_MS = 864e5;
const GONE = [
	"ENOENT",
	"ENOTDIR",
	"ESTALE"
];
function folderOf(root) {
	return join(versionDir(root), ".waits");
}
function noteWait(root, job, id) {
	const folder = folderOf(root);
	makeFolder(folder);
	const draft = join(folder, `.${newToken()}`);
	const file = join(folder, `${job}.${newToken()}`);
	writeFileSync(draft, id, { flag: "wx" });
	rename(draft, file);
	const now = unless(GONE, () => statSync(file).mtimeMs) ?? 0;
	for (const name of readdirSync(folder)) {
		const old = join(folder, name);
		if (now - (unless(GONE, () => statSync(old).mtimeMs) ?? now) > KEPT_MS) rmSync(old, { force: true });
	}
	return file;
}
function touchWait(file) {
	const now = new Date();
	unless(GONE, () => utimesSync(file, now, now));
}
function dropWait(file) {
	rmSync(file, { force: true });
}
function waitsOf(root, job) {
	const folder = folderOf(root);
	return (unless(GONE, () => readdirSync(folder)) ?? []).filter((name) => name.startsWith(`${job}.`)).flatMap((name) => {
		const file = join(folder, name);
		return unless(GONE, () => [{
			file,
			id: readFileSync(file, "utf8"),
			mtimeMs: statSync(file).mtimeMs
		}]) ?? [];
	});
}
// src/recipe/wait-log.ts
const FIRST_LINES_MS = [
	0,
	3e4,
	6e4
];
const LATER_MS = 3e5;
var WaitLog = class {
	#reporter;
	#lines = 0;
	#told;
	constructor(reporter) {
		this.#reporter = reporter;
	}
	note(whom, waitedMs, tell) {
		const another = this.#told !== void 0 && this.#told !== whom;
		const due = FIRST_LINES_MS[this.#lines] ?? LATER_MS * (this.#lines - FIRST_LINES_MS.length + 1);
		if (waitedMs < due && whom === this.#told) return;
		if (waitedMs >= due) this.#lines += 1;
		this.#told = whom;
		const waited = formatDuration(waitedMs);
		this.#reporter.info(tell(waitedMs < 1e3 ? "" : another ? ` now, after ${waited},` : ` for ${waited}`));
	}
};
function describeHolder(holder, watchedMs) {
	const who = holder.asker === void 0 ? "a holder whose record cannot be read" : describeWho(holder.asker.who);
	const facts = [holder.since === void 0 ? "" : `holding since ${shorten(holder.since)}`, watchedMs < 1e3 ? "" : `last heartbeat seen ${formatDuration(holder.silentMs)} ago`].filter(Boolean).join(", ");
	return facts === "" ? who : `${who} (${facts})`;
}
// src/recipe/crossing.ts
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
		const { worker, who } = context.services;
		this.#context = context;
		this.#engine = engine;
		this.#job = digestOf$1(worker, who);
	}
	async check(holder) {
		const { job } = holder.asker ?? {};
		if (job === void 0) return this.leave();
		this.#note();
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
	#note() {
		const { request, paths } = this.#context;
		try {
			this.#file ??= noteWait(request.subject.root, this.#job, paths.id);
			touchWait(this.#file);
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
// src/recipe/shared-failures.ts
var SharedFailures = class SharedFailures {
	#engine;
	#id;
	#key;
	#attempts;
	#before;
	constructor(engine, id, key, attempts, before) {
		this.#engine = engine;
		this.#id = id;
		this.#key = key;
		this.#attempts = attempts;
		this.#before = before;
	}
	static async since(engine, id, key, attempts) {
		const before = new Set((await engine.failures(id)).map((failure) => failure.token));
		return new SharedFailures(engine, id, key, attempts, before);
	}
	async check() {
		const fresh = (await this.#engine.failures(this.#id)).filter(({ token }) => !this.#before.has(token));
		if (fresh.length < this.#attempts) return;
		const newest = fresh.reduce((a, b) => b.at > a.at ? b : a);
		const times = fresh.length === 1 ? "once" : `${fresh.length} times`;
		throw new OnceError("SHARED_FAILURE", `"${shorten(this.#key)}" failed to build ${times} while this step waited, so it is not tried again. The newest: ${shorten(newest.reason, 300)}, by ${describeWho(newest.who)}. Its log tells why.`, { exitCode: newest.exitCode });
	}
};
// src/lock/slots.ts
var Slots = class {
	#engine;
	#count;
	#prepare;
	constructor(engine, count, prepare) {
		this.#engine = engine;
		this.#count = count;
		this.#prepare = prepare;
	}
	async tryTake(asker, ids = this.#ids()) {
		const busy = new Map();
		for (const id of ids) {
			this.#prepare(id);
			const claim = await this.#engine.claim(id, {
				...asker,
				slots: this.#count
			});
			if (isClaim(claim)) return {
				id,
				claim
			};
			busy.set(id, claim);
		}
		return { busy };
	}
	*#ids() {
		for (let index = 0; index < this.#count; index++) yield `${index}`;
	}
	watch() {
		const watches = Array.from(this.#ids(), (id) => ({
			id,
			watch: this.#engine.watch(id)
		}));
		return {
			async next(signal, atMostMs) {
				const over = new AbortController();
				const end = () => over.abort();
				signal.addEventListener("abort", end);
				if (signal.aborted) end();
				const each = watches.map(async ({ id, watch }) => ({
					id,
					seen: await watch.next(over.signal, atMostMs)
				}));
				await Promise.race(each);
				end();
				const all = await Promise.all(each);
				signal.removeEventListener("abort", end);
				const changed = all.filter(({ seen }) => seen);
				return (changed.length > 0 ? changed : all).map(({ id }) => id);
			},
			async [Symbol.asyncDispose]() {
				await Promise.all(watches.map(({ watch }) => watch[Symbol.asyncDispose]()));
			}
		};
	}
};
// src/recipe/slot.ts
async function inSlot(context, build, make) {
	const { slots: limit } = context.request.policy;
	if (limit === void 0 || withinOf(context.services.env).length > 0) return make(void 0);
	const engine = await context.services.openSlotEngine(limit.group);
	try {
		const answer = await new SlotWait(context, engine, limit, build).take();
		if (answer === void 0) return await make(void 0);
		return "value" in answer ? answer.value : await holding(context, engine, limit.group, answer, make);
	} finally {
		await engine[Symbol.asyncDispose]();
	}
}
async function holding({ request, services }, engine, group, { id, claim }, make) {
	const paths = slotPaths(request.subject.root, group, id);
	try {
		return await make(claim);
	} catch (error) {
		const told = error instanceof OnceError && error.code !== "BUILD_FAILED";
		if (services.signal.aborted || told || !await isLost(claim)) throw error;
		throw lost(request.subject.key, paths.dir, error);
	} finally {
		try {
			await claim[Symbol.asyncDispose]();
			await sweep(paths, (token) => engine.alive(id, token), services.hurry);
		} catch (error) {
			services.reporter.warn(`Giving back the build slot in ${paths.dir} failed: ${messageOf(error)}. Whoever needs it takes it over once this step has ended.`);
		}
	}
}
function lost(key, dir, cause) {
	return new OnceError("LOCK_LOST", `The build slot in ${dir} was lost while "${shorten(key)}" was built for this job alone. Either this host stood still for long, or the disk or its network does not let heartbeats through (see the kernel log of this host). Run the job again.`, { cause });
}
const ALL_EVERY_MS = 1e3;
function courtesy(waitedMs) {
	return 24 * Math.random() / (1 + waitedMs / 30) ** 2;
}
const UNLUCKY = 45;
const HURRIED_LOOKS = 6;
const HURRIED_MS = 2;
var SlotWait = class {
	#context;
	#engine;
	#limit;
	#build;
	#slots;
	#log;
	#busy = new Map();
	#warned = false;
	constructor(context, engine, limit, build) {
		const { root } = context.request.subject;
		this.#context = context;
		this.#engine = engine;
		this.#limit = limit;
		this.#build = build;
		this.#slots = new Slots(engine, limit.count, (id) => makeSlotDirs(slotPaths(root, limit.group, id)));
		this.#log = new WaitLog(context.services.reporter);
	}
	async take() {
		const { signal } = this.#context.services;
		await sleep(courtesy(0), signal);
		signal.throwIfAborted();
		const first = await this.#try();
		if (!("busy" in first)) {
			await this.#compareAll(first.id).catch(() => {});
			return first;
		}
		if ([...first.busy.values()].some((holder) => isOwn(holder, this.#context))) return void 0;
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
		let [losses, looks] = [0, 0];
		for (;;) {
			services.signal.throwIfAborted();
			const instead = await this.#build.instead();
			if (instead !== void 0) return instead;
			const answer = await this.#try(worthATry);
			if (!("busy" in answer)) return answer;
			const leftMs = request.policy.waitTimeoutMs - tally.waitedMs;
			if (leftMs <= 0) throw this.#timedOut();
			this.#log.note("slots", tally.slot.ms, (after) => `Waiting${after} for a build slot: ${this.#told()}.`);
			const inHurry = losses >= UNLUCKY && looks < HURRIED_LOOKS;
			const changed = await watch.next(services.signal, Math.min(leftMs, inHurry ? HURRIED_MS : ALL_EVERY_MS));
			[losses, looks] = inHurry ? [losses, looks + 1] : [losses + 1, 0];
			if (!inHurry) await sleep(courtesy(tally.slot.ms), services.signal);
			[worthATry, since] = since() < ALL_EVERY_MS ? [changed, since] : [void 0, stopwatch()];
		}
	}
	async #try(ids) {
		const { request, services } = this.#context;
		const { who, worker, steps } = services;
		const job = steps && { job: digestOf$1(worker, who) };
		const asker = {
			key: request.subject.key,
			who,
			build: this.#build.token,
			...job
		};
		const taking = await this.#slots.tryTake(asker, ids);
		if (!("busy" in taking)) return taking;
		for (const [id, holder] of taking.busy) this.#busy.set(id, holder);
		this.#compare([...taking.busy.values()]);
		return taking;
	}
	async #compareAll(own) {
		const { root } = this.#context.request.subject;
		const others = slotsOf(root, this.#limit.group).filter((id) => id !== own);
		const holders = await Promise.all(others.map((id) => this.#engine.holder(id)));
		this.#compare(holders.filter((holder) => holder !== void 0));
	}
	#compare(holders) {
		const { count, group } = this.#limit;
		const other = holders.find(({ asker }) => asker?.slots !== void 0 && asker.slots !== count);
		if (other === void 0 || this.#warned) return;
		this.#warned = true;
		const { reporter } = this.#context.services;
		reporter.warn(`max-in-flight: this job says ${count} for the group "${group}", and ${describeHolder(other, 0)} says ${other.asker?.slots}. Write the same number in both, or give one of them another \`group\`.`);
	}
	#told() {
		const { group, count } = this.#limit;
		const busy = [...this.#busy.values()];
		const who = busy.map((holder) => `${describeHolder(holder, this.#context.tally.slot.ms)}`).join("; ");
		return `${count === 1 ? `the only slot of the group "${group}" is busy` : `${busy.length} of ${count} slots of the group "${group}" are busy`}: ${shorten(who, 1e3)}`;
	}
	#timedOut() {
		const { request, tally } = this.#context;
		const { waitTimeoutMs } = request.policy;
		const what = waitTimeoutMs === 0 ? "could not be built at once, and `wait-timeout: 0` does not wait" : `could not be built within ${formatDuration(tally.waitedMs)} (wait-timeout ${formatDuration(waitTimeoutMs)})`;
		return new OnceError("WAIT_TIMEOUT", `"${shorten(request.subject.key)}" ${what}: ${this.#told()}. Give it longer with \`wait-timeout\`, or raise \`max-in-flight\` in all jobs of the group.`);
	}
};
// src/recipe/contend.ts
var contend_exports = __exportAll({ contend: () => contend });
const LOST_LIMIT = 3;
async function contend(context, engine, met = false) {
	const { request, paths } = context;
	if (request.policy.build) {
		if (request.policy.groupShared) refuseSticky(request.subject.root, paths);
		await makeRoom(context);
	}
	const watch = engine.watch(paths.id);
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
const TRIES_APART_MS = 100;
async function makeRoom({ paths, services }) {
	const left = deadlineIn(REMEMBERED_MS);
	for (;;) try {
		return makeEntryDirs(paths);
	} catch (error) {
		if (!["ENOENT", "ESTALE"].includes(systemCode(error) ?? "") || left.left() <= 0) throw error;
		await sleep(TRIES_APART_MS, services.signal);
		services.signal.throwIfAborted();
	}
}
async function takeTurns({ context, engine, met }, watch, crossing) {
	const { request, services, paths, acceptance, tally } = context;
	const { key } = request.subject;
	const failures = await SharedFailures.since(engine, paths.id, key, request.policy.attempts);
	const log = new WaitLog(services.reporter);
	const contest = {
		context,
		engine,
		failures,
		met,
		paused: false
	};
	for (let losses = 0; losses < LOST_LIMIT;) {
		services.signal.throwIfAborted();
		const found = await acceptance.find();
		if (found !== void 0) return taken(contest, found);
		const answer = await approach(contest);
		if (answer === void 0) {
			if (!contest.met || contest.paused) return lastLook(contest);
			await pause(contest, watch);
			continue;
		}
		if (isClaim(answer)) {
			tally.lock.stop();
			crossing.leave();
			const ending = await hold(contest, answer);
			if (ending !== void 0) return ending;
			contest.met = true;
			losses += 1;
			continue;
		}
		refuseOwnClaim(answer, context);
		await crossing.check(answer);
		contest.met = true;
		contest.paused = false;
		tally.lock.start();
		const leftMs = request.policy.waitTimeoutMs - tally.waitedMs;
		if (leftMs <= 0) return timedOut(context, answer);
		log.note(answer.token, tally.lock.ms, (after) => waitingFor(answer, context, after));
		await watch.next(services.signal, leftMs);
	}
	throw new OnceError("LOCK_LOST", `The lock of "${shorten(key)}" in ${paths.dir} was lost ${LOST_LIMIT} times while building, and nothing was published. The disk or its network does not let heartbeats through: see the kernel log of this host.`);
}
const PAUSE_MS = 500;
async function pause(contest, watch) {
	contest.paused = true;
	await watch.next(contest.context.services.signal, PAUSE_MS);
}
function taken({ met }, accepted) {
	return {
		result: met ? "waited" : "reused",
		accepted
	};
}
async function approach({ context, engine, failures }) {
	const { request, services, paths } = context;
	const holder = await engine.holder(paths.id);
	if (holder !== void 0) return holder;
	if (!request.policy.build) return void 0;
	await failures.check();
	const { who, steps, worker } = services;
	return engine.claim(paths.id, {
		key: request.subject.key,
		who,
		...steps && { job: digestOf$1(worker, who) }
	});
}
function waitingFor(holder, { request, acceptance, tally }, after) {
	const last = acceptance.lastBuildMs;
	const usual = last === void 0 ? "" : ` The last build of this key took ${formatDuration(last)}.`;
	const who = describeHolder(holder, tally.lock.ms);
	const key = `"${shorten(request.subject.key)}"`;
	return `Waiting${after} for ${who}, which ${request.policy.slots === void 0 ? `builds ${key}` : `builds ${key}, or waits for a build slot to`}.${usual}`;
}
async function lastLook(contest) {
	const found = await contest.context.acceptance.find();
	return found === void 0 ? { result: "missed" } : taken(contest, found);
}
async function hold(contest, claim) {
	const { context, failures } = contest;
	const { services } = context;
	try {
		services.reporter.debug(`lock ${context.paths.id}: claimed as ${claim.token}`);
		const found = await context.acceptance.find();
		if (found !== void 0) return taken(contest, found);
		await failures.check();
		if (services.lonely !== void 0) services.reporter.warn(services.lonely);
		return await inSlot(context, {
			token: claim.token,
			instead: () => instead(contest, claim)
		}, async (slot) => {
			const made = await attempt(context, claim, slot);
			if (made === void 0) return void 0;
			return made.found ? taken(contest, made) : {
				result: "built",
				accepted: made
			};
		});
	} finally {
		await letGo(contest, claim);
	}
}
async function instead(contest, claim) {
	if (claim.lost.aborted) return { value: void 0 };
	const found = await contest.context.acceptance.find();
	return found && { value: taken(contest, found) };
}
async function letGo({ context, engine }, claim) {
	const { services, paths } = context;
	try {
		await claim[Symbol.asyncDispose]();
		services.reporter.debug(`lock ${paths.id}: released`);
		const swept = await sweep(paths, (token) => engine.alive(paths.id, token), services.hurry);
		if (swept > 0) services.reporter.info(`Swept ${swept === 1 ? "a build" : `${swept} builds`} that died unfinished.`);
	} catch (error) {
		services.reporter.warn(`Cleaning up in ${paths.dir} failed: ${messageOf(error)}. The next build tries again.`);
	}
}
function timedOut({ request, services, paths, tally }, holder) {
	const { build, waitTimeoutMs, onTimeout } = request.policy;
	tally.lock.stop();
	if (onTimeout === "build") {
		const limit = formatDuration(waitTimeoutMs);
		services.reporter.info(`The wait is over (wait-timeout ${limit}): this job builds for itself (on-timeout: build).`);
		return { result: "private" };
	}
	const what = waitTimeoutMs === 0 ? "was not there, and `wait-timeout: 0` does not wait" : `was not there after waiting ${formatDuration(tally.waitedMs)} (wait-timeout ${formatDuration(waitTimeoutMs)})`;
	const instead = build ? ", or let this job build for itself with `on-timeout: build`" : "";
	throw new OnceError("WAIT_TIMEOUT", `"${shorten(request.subject.key)}" ${what} for ${describeHolder(holder, tally.lock.ms)}. Give it longer with \`wait-timeout\`${instead}. The lock is ${paths.lock}.`);
}
// src/recipe/private-build.ts
var private_build_exports = __exportAll({ buildPrivately: () => buildPrivately });
async function buildPrivately(context) {
	const token = newToken();
	return inSlot(context, {
		token,
		instead: async () => void 0
	}, (slot) => buildIn(context, token, slot));
}
async function buildIn(context, token, slot) {
	const { temp, onExit } = context.services;
	const out = join(temp, "build-once", token);
	await mkdir(out, { recursive: true });
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
		await rm(out, {
			recursive: true,
			force: true
		});
		throw error;
	}
}
// src/recipe/resume.ts
var resume_exports = __exportAll({ resume: () => resume });
async function resume(context, engine, left) {
	const { id } = context.paths;
	const claim = {
		token: left.token,
		lost: new AbortController().signal,
		confirm: () => engine.alive(id, left.token),
		fail: async () => {},
		onExit: () => {},
		[Symbol.asyncDispose]: async () => {
			await engine.holder(id);
			unless([
				"ENOENT",
				"ENOTEMPTY",
				"EEXIST",
				"EPERM",
				"EBUSY",
				"ESTALE"
			], () => rmdirSync(context.paths.lock));
		}
	};
	try {
		dropDraft(context.paths, left.token);
		return await carryOut(context, {
			...left,
			claim
		});
	} finally {
		await letGo({
			context,
			engine
		}, claim);
	}
}
// src/step/summary.ts
var summary_exports = __exportAll({ summaryOf: () => summaryOf });
const UNKNOWN = "–";
const COLUMNS = [
	"Key",
	"Result",
	"Waited",
	"Built in",
	"Saved",
	"Size",
	"Built by"
];
function summaryOf(outcome, when) {
	if (when === "never" || when === "auto" && resultOf(outcome) === "reused") return "";
	return `${[
		COLUMNS,
		COLUMNS.map(() => "---"),
		cells(outcome)
	].map((row) => `| ${row.join(" | ")} |\n`).join("")}${failure(outcome)}\n`;
}
function cells(outcome) {
	return [
		`<code>${inert(shorten(outcome.key, 100))}</code>`,
		resultOf(outcome) || "failed",
		waited(outcome),
		duration(buildMsOf(outcome)),
		duration(savedMsOf(outcome)),
		size(outcome),
		builder(outcome)
	];
}
function size({ manifest }) {
	return manifest?.bytes === void 0 || manifest.producer === "image" ? UNKNOWN : formatBytes(manifest.bytes);
}
function waited({ waitedMs, slotWaitedMs }) {
	return [waitedMs > 0 && formatDuration(waitedMs), slotWaitedMs > 0 && `${formatDuration(slotWaitedMs)} for a slot`].filter(Boolean).join(" + ") || UNKNOWN;
}
function duration(ms) {
	return ms === void 0 ? UNKNOWN : formatDuration(ms);
}
function builder(outcome) {
	const result = resultOf(outcome);
	if (result === "private") return "this job, for itself";
	const by = outcome.manifest?.builtBy;
	if (by === void 0) return UNKNOWN;
	const names = [by.repository, by.job].filter(Boolean).join(", ");
	const name = result === "built" ? "this job" : inert(shorten(names, 100)) || "unknown";
	return /^https?:\/\/[\w.~:/?#@%&=+-]{1,500}$/.test(by.runUrl) ? `[${name}](${by.runUrl})` : name;
}
function failure(outcome) {
	if (outcome.error === void 0) return "";
	return `\n**Failed:** ${shortened(outcome.error.message).map((line) => inert(shorten(line, 500))).join("<br>")}\n`;
}
function shortened(message) {
	return message.split("\n", 20).filter((line) => line.trim() !== "");
}
const MEANINGFUL = /[!#$&*:<>?@[\\\]^`{|}~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g;
function inert(text) {
	return text.replace(MEANINGFUL, (sign) => `&#${sign.charCodeAt(0)};`);
}
export { logged as a, contend_exports as i, resume_exports as n, runProducer as o, private_build_exports as r, file_exports as s, summary_exports as t };
