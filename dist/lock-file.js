import { A as pidNamespace, B as sleep, I as newToken, J as unless, L as deadlineIn, M as processState, N as processesOf, P as signalProcessesOf, R as jitter, X as __require, Y as __commonJSMin, Z as __toESM, j as probe, k as bootId, q as systemCode, z as monotonicMs } from "./main.js";
import { t as describeWho } from "./who.js";
const nodeFs = process.getBuiltinModule("fs");
const { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, unlinkSync, watch } = process.getBuiltinModule("fs");
const { join } = process.getBuiltinModule("path");
const { hostname } = process.getBuiltinModule("os");
const { rename, rm, writeFile } = process.getBuiltinModule("fs/promises");
const { connect, createServer } = process.getBuiltinModule("net");
// node_modules/graceful-fs/polyfills.js
var require_polyfills = __commonJSMin(((exports, module) => {
	var constants = __require("constants");
	var origCwd = process.cwd;
	var cwd = null;
	var platform = process.env.GRACEFUL_FS_PLATFORM || process.platform;
	process.cwd = function() {
		if (!cwd) cwd = origCwd.call(process);
		return cwd;
	};
	try {
		process.cwd();
	} catch (er) {}
	if (typeof process.chdir === "function") {
		var chdir = process.chdir;
		process.chdir = function(d) {
			cwd = null;
			chdir.call(process, d);
		};
		if (Object.setPrototypeOf) Object.setPrototypeOf(process.chdir, chdir);
	}
	module.exports = patch;
	function patch(fs) {
		if (constants.hasOwnProperty("O_SYMLINK") && process.version.match(/^v0\.6\.[0-2]|^v0\.5\./)) patchLchmod(fs);
		if (!fs.lutimes) patchLutimes(fs);
		fs.chown = chownFix(fs.chown);
		fs.fchown = chownFix(fs.fchown);
		fs.lchown = chownFix(fs.lchown);
		fs.chmod = chmodFix(fs.chmod);
		fs.fchmod = chmodFix(fs.fchmod);
		fs.lchmod = chmodFix(fs.lchmod);
		fs.chownSync = chownFixSync(fs.chownSync);
		fs.fchownSync = chownFixSync(fs.fchownSync);
		fs.lchownSync = chownFixSync(fs.lchownSync);
		fs.chmodSync = chmodFixSync(fs.chmodSync);
		fs.fchmodSync = chmodFixSync(fs.fchmodSync);
		fs.lchmodSync = chmodFixSync(fs.lchmodSync);
		fs.stat = statFix(fs.stat);
		fs.fstat = statFix(fs.fstat);
		fs.lstat = statFix(fs.lstat);
		fs.statSync = statFixSync(fs.statSync);
		fs.fstatSync = statFixSync(fs.fstatSync);
		fs.lstatSync = statFixSync(fs.lstatSync);
		if (fs.chmod && !fs.lchmod) {
			fs.lchmod = function(path, mode, cb) {
				if (cb) process.nextTick(cb);
			};
			fs.lchmodSync = function() {};
		}
		if (fs.chown && !fs.lchown) {
			fs.lchown = function(path, uid, gid, cb) {
				if (cb) process.nextTick(cb);
			};
			fs.lchownSync = function() {};
		}
		if (platform === "win32") fs.rename = typeof fs.rename !== "function" ? fs.rename : (function(fs$rename) {
			function rename(from, to, cb) {
				var start = Date.now();
				var backoff = 0;
				fs$rename(from, to, function CB(er) {
					if (er && (er.code === "EACCES" || er.code === "EPERM" || er.code === "EBUSY") && Date.now() - start < 6e4) {
						setTimeout(function() {
							fs.stat(to, function(stater, st) {
								if (stater && stater.code === "ENOENT") fs$rename(from, to, CB);
								else cb(er);
							});
						}, backoff);
						if (backoff < 100) backoff += 10;
						return;
					}
					if (cb) cb(er);
				});
			}
			if (Object.setPrototypeOf) Object.setPrototypeOf(rename, fs$rename);
			return rename;
		})(fs.rename);
		fs.read = typeof fs.read !== "function" ? fs.read : (function(fs$read) {
			function read(fd, buffer, offset, length, position, callback_) {
				var callback;
				if (callback_ && typeof callback_ === "function") {
					var eagCounter = 0;
					callback = function(er, _, __) {
						if (er && er.code === "EAGAIN" && eagCounter < 10) {
							eagCounter++;
							return fs$read.call(fs, fd, buffer, offset, length, position, callback);
						}
						callback_.apply(this, arguments);
					};
				}
				return fs$read.call(fs, fd, buffer, offset, length, position, callback);
			}
			if (Object.setPrototypeOf) Object.setPrototypeOf(read, fs$read);
			return read;
		})(fs.read);
		fs.readSync = typeof fs.readSync !== "function" ? fs.readSync : (function(fs$readSync) {
			return function(fd, buffer, offset, length, position) {
				var eagCounter = 0;
				while (true) try {
					return fs$readSync.call(fs, fd, buffer, offset, length, position);
				} catch (er) {
					if (er.code === "EAGAIN" && eagCounter < 10) {
						eagCounter++;
						continue;
					}
					throw er;
				}
			};
		})(fs.readSync);
		function patchLchmod(fs) {
			fs.lchmod = function(path, mode, callback) {
				fs.open(path, constants.O_WRONLY | constants.O_SYMLINK, mode, function(err, fd) {
					if (err) {
						if (callback) callback(err);
						return;
					}
					fs.fchmod(fd, mode, function(err) {
						fs.close(fd, function(err2) {
							if (callback) callback(err || err2);
						});
					});
				});
			};
			fs.lchmodSync = function(path, mode) {
				var fd = fs.openSync(path, constants.O_WRONLY | constants.O_SYMLINK, mode);
				var threw = true;
				var ret;
				try {
					ret = fs.fchmodSync(fd, mode);
					threw = false;
				} finally {
					if (threw) try {
						fs.closeSync(fd);
					} catch (er) {}
					else fs.closeSync(fd);
				}
				return ret;
			};
		}
		function patchLutimes(fs) {
			if (constants.hasOwnProperty("O_SYMLINK") && fs.futimes) {
				fs.lutimes = function(path, at, mt, cb) {
					fs.open(path, constants.O_SYMLINK, function(er, fd) {
						if (er) {
							if (cb) cb(er);
							return;
						}
						fs.futimes(fd, at, mt, function(er) {
							fs.close(fd, function(er2) {
								if (cb) cb(er || er2);
							});
						});
					});
				};
				fs.lutimesSync = function(path, at, mt) {
					var fd = fs.openSync(path, constants.O_SYMLINK);
					var ret;
					var threw = true;
					try {
						ret = fs.futimesSync(fd, at, mt);
						threw = false;
					} finally {
						if (threw) try {
							fs.closeSync(fd);
						} catch (er) {}
						else fs.closeSync(fd);
					}
					return ret;
				};
			} else if (fs.futimes) {
				fs.lutimes = function(_a, _b, _c, cb) {
					if (cb) process.nextTick(cb);
				};
				fs.lutimesSync = function() {};
			}
		}
		function chmodFix(orig) {
			if (!orig) return orig;
			return function(target, mode, cb) {
				return orig.call(fs, target, mode, function(er) {
					if (chownErOk(er)) er = null;
					if (cb) cb.apply(this, arguments);
				});
			};
		}
		function chmodFixSync(orig) {
			if (!orig) return orig;
			return function(target, mode) {
				try {
					return orig.call(fs, target, mode);
				} catch (er) {
					if (!chownErOk(er)) throw er;
				}
			};
		}
		function chownFix(orig) {
			if (!orig) return orig;
			return function(target, uid, gid, cb) {
				return orig.call(fs, target, uid, gid, function(er) {
					if (chownErOk(er)) er = null;
					if (cb) cb.apply(this, arguments);
				});
			};
		}
		function chownFixSync(orig) {
			if (!orig) return orig;
			return function(target, uid, gid) {
				try {
					return orig.call(fs, target, uid, gid);
				} catch (er) {
					if (!chownErOk(er)) throw er;
				}
			};
		}
		function statFix(orig) {
			if (!orig) return orig;
			return function(target, options, cb) {
				if (typeof options === "function") {
					cb = options;
					options = null;
				}
				function callback(er, stats) {
					if (stats) {
						if (stats.uid < 0) stats.uid += 4294967296;
						if (stats.gid < 0) stats.gid += 4294967296;
					}
					if (cb) cb.apply(this, arguments);
				}
				return options ? orig.call(fs, target, options, callback) : orig.call(fs, target, callback);
			};
		}
		function statFixSync(orig) {
			if (!orig) return orig;
			return function(target, options) {
				var stats = options ? orig.call(fs, target, options) : orig.call(fs, target);
				if (stats) {
					if (stats.uid < 0) stats.uid += 4294967296;
					if (stats.gid < 0) stats.gid += 4294967296;
				}
				return stats;
			};
		}
		function chownErOk(er) {
			if (!er) return true;
			if (er.code === "ENOSYS") return true;
			if (!process.getuid || process.getuid() !== 0) {
				if (er.code === "EINVAL" || er.code === "EPERM") return true;
			}
			return false;
		}
	}
}));
// node_modules/graceful-fs/legacy-streams.js
var require_legacy_streams = __commonJSMin(((exports, module) => {
	var Stream = __require("stream").Stream;
	module.exports = legacy;
	function legacy(fs) {
		return {
			ReadStream,
			WriteStream
		};
		function ReadStream(path, options) {
			if (!(this instanceof ReadStream)) return new ReadStream(path, options);
			Stream.call(this);
			var self = this;
			this.path = path;
			this.fd = null;
			this.readable = true;
			this.paused = false;
			this.flags = "r";
			this.mode = 438;
			this.bufferSize = 65536;
			options = options || {};
			var keys = Object.keys(options);
			for (var index = 0, length = keys.length; index < length; index++) {
				var key = keys[index];
				this[key] = options[key];
			}
			if (this.encoding) this.setEncoding(this.encoding);
			if (this.start !== void 0) {
				if ("number" !== typeof this.start) throw TypeError("start must be a Number");
				if (this.end === void 0) this.end = Infinity;
				else if ("number" !== typeof this.end) throw TypeError("end must be a Number");
				if (this.start > this.end) throw new Error("start must be <= end");
				this.pos = this.start;
			}
			if (this.fd !== null) {
				process.nextTick(function() {
					self._read();
				});
				return;
			}
			fs.open(this.path, this.flags, this.mode, function(err, fd) {
				if (err) {
					self.emit("error", err);
					self.readable = false;
					return;
				}
				self.fd = fd;
				self.emit("open", fd);
				self._read();
			});
		}
		function WriteStream(path, options) {
			if (!(this instanceof WriteStream)) return new WriteStream(path, options);
			Stream.call(this);
			this.path = path;
			this.fd = null;
			this.writable = true;
			this.flags = "w";
			this.encoding = "binary";
			this.mode = 438;
			this.bytesWritten = 0;
			options = options || {};
			var keys = Object.keys(options);
			for (var index = 0, length = keys.length; index < length; index++) {
				var key = keys[index];
				this[key] = options[key];
			}
			if (this.start !== void 0) {
				if ("number" !== typeof this.start) throw TypeError("start must be a Number");
				if (this.start < 0) throw new Error("start must be >= zero");
				this.pos = this.start;
			}
			this.busy = false;
			this._queue = [];
			if (this.fd === null) {
				this._open = fs.open;
				this._queue.push([
					this._open,
					this.path,
					this.flags,
					this.mode,
					void 0
				]);
				this.flush();
			}
		}
	}
}));
// node_modules/graceful-fs/clone.js
var require_clone = __commonJSMin(((exports, module) => {
	module.exports = clone;
	var getPrototypeOf = Object.getPrototypeOf || function(obj) {
		return obj.__proto__;
	};
	function clone(obj) {
		if (obj === null || typeof obj !== "object") return obj;
		if (obj instanceof Object) var copy = { __proto__: getPrototypeOf(obj) };
		else var copy = Object.create(null);
		Object.getOwnPropertyNames(obj).forEach(function(key) {
			Object.defineProperty(copy, key, Object.getOwnPropertyDescriptor(obj, key));
		});
		return copy;
	}
}));
// node_modules/graceful-fs/graceful-fs.js
var require_graceful_fs = __commonJSMin(((exports, module) => {
	var fs = __require("fs");
	var polyfills = require_polyfills();
	var legacy = require_legacy_streams();
	var clone = require_clone();
	var util = __require("util");
	var gracefulQueue;
	var previousSymbol;
	if (typeof Symbol === "function" && typeof Symbol.for === "function") {
		gracefulQueue = Symbol.for("graceful-fs.queue");
		previousSymbol = Symbol.for("graceful-fs.previous");
	} else {
		gracefulQueue = "___graceful-fs.queue";
		previousSymbol = "___graceful-fs.previous";
	}
	function noop() {}
	function publishQueue(context, queue) {
		Object.defineProperty(context, gracefulQueue, { get: function() {
			return queue;
		} });
	}
	var debug = noop;
	if (util.debuglog) debug = util.debuglog("gfs4");
	else if (/\bgfs4\b/i.test(process.env.NODE_DEBUG || "")) debug = function() {
		var m = util.format.apply(util, arguments);
		m = "GFS4: " + m.split(/\n/).join("\nGFS4: ");
		console.error(m);
	};
	if (!fs[gracefulQueue]) {
		publishQueue(fs, global[gracefulQueue] || []);
		fs.close = (function(fs$close) {
			function close(fd, cb) {
				return fs$close.call(fs, fd, function(err) {
					if (!err) resetQueue();
					if (typeof cb === "function") cb.apply(this, arguments);
				});
			}
			Object.defineProperty(close, previousSymbol, { value: fs$close });
			return close;
		})(fs.close);
		fs.closeSync = (function(fs$closeSync) {
			function closeSync(fd) {
				fs$closeSync.apply(fs, arguments);
				resetQueue();
			}
			Object.defineProperty(closeSync, previousSymbol, { value: fs$closeSync });
			return closeSync;
		})(fs.closeSync);
		if (/\bgfs4\b/i.test(process.env.NODE_DEBUG || "")) process.on("exit", function() {
			debug(fs[gracefulQueue]);
			__require("assert").equal(fs[gracefulQueue].length, 0);
		});
	}
	if (!global[gracefulQueue]) publishQueue(global, fs[gracefulQueue]);
	module.exports = patch(clone(fs));
	if (process.env.TEST_GRACEFUL_FS_GLOBAL_PATCH && !fs.__patched) {
		module.exports = patch(fs);
		fs.__patched = true;
	}
	function patch(fs) {
		polyfills(fs);
		fs.gracefulify = patch;
		fs.createReadStream = createReadStream;
		fs.createWriteStream = createWriteStream;
		var fs$readFile = fs.readFile;
		fs.readFile = readFile;
		function readFile(path, options, cb) {
			if (typeof options === "function") cb = options, options = null;
			return go$readFile(path, options, cb);
			function go$readFile(path, options, cb, startTime) {
				return fs$readFile(path, options, function(err) {
					if (err && (err.code === "EMFILE" || err.code === "ENFILE")) enqueue([
						go$readFile,
						[
							path,
							options,
							cb
						],
						err,
						startTime || Date.now(),
						Date.now()
					]);
					else if (typeof cb === "function") cb.apply(this, arguments);
				});
			}
		}
		var fs$writeFile = fs.writeFile;
		fs.writeFile = writeFile;
		function writeFile(path, data, options, cb) {
			if (typeof options === "function") cb = options, options = null;
			return go$writeFile(path, data, options, cb);
			function go$writeFile(path, data, options, cb, startTime) {
				return fs$writeFile(path, data, options, function(err) {
					if (err && (err.code === "EMFILE" || err.code === "ENFILE")) enqueue([
						go$writeFile,
						[
							path,
							data,
							options,
							cb
						],
						err,
						startTime || Date.now(),
						Date.now()
					]);
					else if (typeof cb === "function") cb.apply(this, arguments);
				});
			}
		}
		var fs$appendFile = fs.appendFile;
		if (fs$appendFile) fs.appendFile = appendFile;
		function appendFile(path, data, options, cb) {
			if (typeof options === "function") cb = options, options = null;
			return go$appendFile(path, data, options, cb);
			function go$appendFile(path, data, options, cb, startTime) {
				return fs$appendFile(path, data, options, function(err) {
					if (err && (err.code === "EMFILE" || err.code === "ENFILE")) enqueue([
						go$appendFile,
						[
							path,
							data,
							options,
							cb
						],
						err,
						startTime || Date.now(),
						Date.now()
					]);
					else if (typeof cb === "function") cb.apply(this, arguments);
				});
			}
		}
		var fs$copyFile = fs.copyFile;
		if (fs$copyFile) fs.copyFile = copyFile;
		function copyFile(src, dest, flags, cb) {
			if (typeof flags === "function") {
				cb = flags;
				flags = 0;
			}
			return go$copyFile(src, dest, flags, cb);
			function go$copyFile(src, dest, flags, cb, startTime) {
				return fs$copyFile(src, dest, flags, function(err) {
					if (err && (err.code === "EMFILE" || err.code === "ENFILE")) enqueue([
						go$copyFile,
						[
							src,
							dest,
							flags,
							cb
						],
						err,
						startTime || Date.now(),
						Date.now()
					]);
					else if (typeof cb === "function") cb.apply(this, arguments);
				});
			}
		}
		var fs$readdir = fs.readdir;
		fs.readdir = readdir;
		var noReaddirOptionVersions = /^v[0-5]\./;
		function readdir(path, options, cb) {
			if (typeof options === "function") cb = options, options = null;
			var go$readdir = noReaddirOptionVersions.test(process.version) ? function go$readdir(path, options, cb, startTime) {
				return fs$readdir(path, fs$readdirCallback(path, options, cb, startTime));
			} : function go$readdir(path, options, cb, startTime) {
				return fs$readdir(path, options, fs$readdirCallback(path, options, cb, startTime));
			};
			return go$readdir(path, options, cb);
			function fs$readdirCallback(path, options, cb, startTime) {
				return function(err, files) {
					if (err && (err.code === "EMFILE" || err.code === "ENFILE")) enqueue([
						go$readdir,
						[
							path,
							options,
							cb
						],
						err,
						startTime || Date.now(),
						Date.now()
					]);
					else {
						if (files && files.sort) files.sort();
						if (typeof cb === "function") cb.call(this, err, files);
					}
				};
			}
		}
		if (process.version.substr(0, 4) === "v0.8") {
			var legStreams = legacy(fs);
			ReadStream = legStreams.ReadStream;
			WriteStream = legStreams.WriteStream;
		}
		var fs$ReadStream = fs.ReadStream;
		if (fs$ReadStream) {
			ReadStream.prototype = Object.create(fs$ReadStream.prototype);
			ReadStream.prototype.open = ReadStream$open;
		}
		var fs$WriteStream = fs.WriteStream;
		if (fs$WriteStream) {
			WriteStream.prototype = Object.create(fs$WriteStream.prototype);
			WriteStream.prototype.open = WriteStream$open;
		}
		Object.defineProperty(fs, "ReadStream", {
			get: function() {
				return ReadStream;
			},
			set: function(val) {
				ReadStream = val;
			},
			enumerable: true,
			configurable: true
		});
		Object.defineProperty(fs, "WriteStream", {
			get: function() {
				return WriteStream;
			},
			set: function(val) {
				WriteStream = val;
			},
			enumerable: true,
			configurable: true
		});
		var FileReadStream = ReadStream;
		Object.defineProperty(fs, "FileReadStream", {
			get: function() {
				return FileReadStream;
			},
			set: function(val) {
				FileReadStream = val;
			},
			enumerable: true,
			configurable: true
		});
		var FileWriteStream = WriteStream;
		Object.defineProperty(fs, "FileWriteStream", {
			get: function() {
				return FileWriteStream;
			},
			set: function(val) {
				FileWriteStream = val;
			},
			enumerable: true,
			configurable: true
		});
		function ReadStream(path, options) {
			if (this instanceof ReadStream) return fs$ReadStream.apply(this, arguments), this;
			else return ReadStream.apply(Object.create(ReadStream.prototype), arguments);
		}
		function ReadStream$open() {
			var that = this;
			open(that.path, that.flags, that.mode, function(err, fd) {
				if (err) {
					if (that.autoClose) that.destroy();
					that.emit("error", err);
				} else {
					that.fd = fd;
					that.emit("open", fd);
					that.read();
				}
			});
		}
		function WriteStream(path, options) {
			if (this instanceof WriteStream) return fs$WriteStream.apply(this, arguments), this;
			else return WriteStream.apply(Object.create(WriteStream.prototype), arguments);
		}
		function WriteStream$open() {
			var that = this;
			open(that.path, that.flags, that.mode, function(err, fd) {
				if (err) {
					that.destroy();
					that.emit("error", err);
				} else {
					that.fd = fd;
					that.emit("open", fd);
				}
			});
		}
		function createReadStream(path, options) {
			return new fs.ReadStream(path, options);
		}
		function createWriteStream(path, options) {
			return new fs.WriteStream(path, options);
		}
		var fs$open = fs.open;
		fs.open = open;
		function open(path, flags, mode, cb) {
			if (typeof mode === "function") cb = mode, mode = null;
			return go$open(path, flags, mode, cb);
			function go$open(path, flags, mode, cb, startTime) {
				return fs$open(path, flags, mode, function(err, fd) {
					if (err && (err.code === "EMFILE" || err.code === "ENFILE")) enqueue([
						go$open,
						[
							path,
							flags,
							mode,
							cb
						],
						err,
						startTime || Date.now(),
						Date.now()
					]);
					else if (typeof cb === "function") cb.apply(this, arguments);
				});
			}
		}
		return fs;
	}
	function enqueue(elem) {
		debug("ENQUEUE", elem[0].name, elem[1]);
		fs[gracefulQueue].push(elem);
		retry();
	}
	var retryTimer;
	function resetQueue() {
		var now = Date.now();
		for (var i = 0; i < fs[gracefulQueue].length; ++i) if (fs[gracefulQueue][i].length > 2) {
			fs[gracefulQueue][i][3] = now;
			fs[gracefulQueue][i][4] = now;
		}
		retry();
	}
	function retry() {
		clearTimeout(retryTimer);
		retryTimer = void 0;
		if (fs[gracefulQueue].length === 0) return;
		var elem = fs[gracefulQueue].shift();
		var fn = elem[0];
		var args = elem[1];
		var err = elem[2];
		var startTime = elem[3];
		var lastTime = elem[4];
		if (startTime === void 0) {
			debug("RETRY", fn.name, args);
			fn.apply(null, args);
		} else if (Date.now() - startTime >= 6e4) {
			debug("TIMEOUT", fn.name, args);
			var cb = args.pop();
			if (typeof cb === "function") cb.call(null, err);
		} else {
			var sinceAttempt = Date.now() - lastTime;
			var sinceStart = Math.max(lastTime - startTime, 1);
			if (sinceAttempt >= Math.min(sinceStart * 1.2, 100)) {
				debug("RETRY", fn.name, args);
				fn.apply(null, args.concat([startTime]));
			} else fs[gracefulQueue].push(elem);
		}
		if (retryTimer === void 0) retryTimer = setTimeout(retry, 0);
	}
}));
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
	const fs = require_graceful_fs();
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
	const fs = require_graceful_fs();
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
	...nodeFs.promises,
	unlinkSync: nodeFs.unlinkSync,
	rmdirSync: nodeFs.rmdirSync
};
const HELD = "EHELD";
const SWEPT = "ESWEPT";
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
	async function beat(atime, mtime) {
		await fs.utimes(owner, atime, mtime);
		events.onBeat();
	}
	return {
		confirm,
		mkdir: (_path, done) => void take().then(() => done(null), done),
		stat: (_path, done) => void fs.stat(owner).then((stats) => done(null, stats), done),
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
	if (code === "ENOENT") return Object.assign(new Error("swept"), { code: SWEPT });
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
	const server = options.network ? void 0 : await listen(socketFile(folders, token));
	try {
		await announce(options, server !== void 0);
		return await new FileClaim(options, server).take();
	} catch (error) {
		await conceal(folders, token, server);
		throw error;
	}
}
async function announce({ folders, token, asker, place, staleMs }, socket) {
	const draft = join(folders.tmp, token, "record");
	try {
		await writeFile(draft, `${JSON.stringify(ownRecord(token, asker, place, staleMs, socket))}\n`, { flag: "wx" });
		await rename(draft, recordFile(folders, token));
	} catch (error) {
		throw asSwept(error);
	}
}
function asSwept(error) {
	return ["ENOENT", "ESTALE"].includes(systemCode(error) ?? "") ? Object.assign(new Error("swept"), { code: SWEPT }) : error;
}
async function conceal(folders, token, server) {
	server?.close();
	await rm(recordFile(folders, token), { force: true });
	await rm(socketFile(folders, token), { force: true });
	await rm(join(folders.tmp, token), {
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
		await writeFile(draft, `${JSON.stringify(whole)}\n`);
		await rename(draft, failureFile(folders, token));
	}
	onExit(end) {
		this.#ends.push(end);
	}
	async [Symbol.asyncDispose]() {
		const release = this.#release;
		this.#release = void 0;
		if (release === void 0) return;
		clearInterval(this.#watchdog);
		const { folders, token } = this.#options;
		try {
			await release().catch(() => this.#removeOwner());
		} finally {
			await conceal(folders, token, this.#server);
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
function listen(path) {
	return new Promise((resolve) => {
		const server = createServer((socket) => socket.destroy());
		server.unref();
		server.once("error", () => resolve(void 0));
		server.listen(path, () => resolve(server));
	});
}
// src/lock/liveness.ts
const STALE_CAP_MS = 6e5;
async function judge(record, place, network, socketPath) {
	if (record.bootId !== place.bootId) return "unknown";
	if (place.bootId === "" && network) return "unknown";
	if ((network || place.bootId === "") && record.host !== place.host) return "unknown";
	if (record.pidNamespace === place.pidNamespace) return judgeByPid(record);
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
function judgeBySocket(path) {
	return new Promise((resolve) => {
		const socket = connect(path);
		const answer = (verdict) => {
			socket.destroy();
			resolve(verdict);
		};
		socket.setTimeout(SOCKET_LIMIT_MS, () => answer("unknown"));
		socket.once("connect", () => answer("alive"));
		socket.once("error", (error) => answer(systemCode(error) === "ECONNREFUSED" ? "dead" : "unknown"));
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
			pollMs = happened ? times.pollMs : Math.min(pollMs * 1.5, times.slowestPollMs);
			happened = false;
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
const GONE = [
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
		const names = list(folders.lock);
		for (const token of names.map(ownerIn)) {
			if (token === void 0) continue;
			const holder = await this.#livingHolder(id, folders, token);
			if (holder !== void 0) return holder;
		}
		return names.length > 0 && names.every((name) => ownerIn(name) === void 0) ? this.#foreign(folders, names) : void 0;
	}
	async claim(id, asker) {
		const folders = this.#options.folders(id);
		for (;;) {
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
				if (code === "EHELD") this.#options.reporter.debug(`lock ${id}: somebody else was faster`);
				else if (code === "ESWEPT") this.#options.reporter.debug(`lock ${id}: private folder swept away, claiming again`);
				else throw error;
			}
		}
	}
	watch(id) {
		return watchFolder(this.#options.folders(id).dir, ["entry", "lock"], this.#times);
	}
	async failures(id) {
		const dir = this.#options.folders(id).failures;
		return list(dir).map((name) => readFailure(join(dir, name))).filter((failure) => failure !== void 0);
	}
	async alive(id, token) {
		const folders = this.#options.folders(id);
		if (list(folders.lock).includes(`owner-${token}`)) return true;
		const file = recordFile(folders, token);
		const age = ageOnDisk(file, folders.tmp);
		if (age === void 0) return this.#listens(folders, token);
		const record = readRecord(file);
		const verdict = record && await judge(record, this.#place, this.#options.network, socketFile(folders, token));
		if (verdict !== "dead" && (verdict === "alive" || age < 6e5)) return true;
		forget(folders, token);
		return false;
	}
	async [Symbol.asyncDispose]() {}
	async #livingHolder(id, folders, token) {
		const beat = unless(GONE, () => statSync(ownerFile(folders.lock, token)).mtimeMs);
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
		if (verdict === "dead") forget(folders, token);
		return verdict === "alive";
	}
	#record(folders, token) {
		const record = this.#records.get(token) ?? readRecord(recordFile(folders, token));
		if (record !== void 0) this.#records.set(token, record);
		return record;
	}
	async #takeOver(id, folders, token, record, why) {
		if (record?.bootId === this.#place.bootId) await this.#endOrphans(token);
		this.#options.revoke(id, token);
		const opened = unless(GONE, () => {
			unlinkSync(ownerFile(folders.lock, token));
			return true;
		});
		forget(folders, token);
		if (opened !== true) return void 0;
		const from = record === void 0 ? "an unknown holder" : describeWho(record.asker.who);
		this.#options.reporter.info(`Took over the lock of ${from}: ${why}.`);
	}
	async #endOrphans(token) {
		const limit = deadlineIn(5e3);
		while (signalProcessesOf(token, "SIGKILL") > 0) {
			if (limit.left() < 0) {
				const pids = processesOf(token).join(", ");
				this.#options.reporter.warn(`Processes ${pids} of a dead build could not be ended; they run as another user.`);
				return;
			}
			await sleep(5);
		}
	}
	#foreign(folders, names) {
		const changed = unless(GONE, () => statSync(folders.lock).mtimeMs);
		if (changed === void 0) return void 0;
		const silentMs = this.#heartbeats.observe(folders.lock, changed);
		const stranger = {
			token: names[0] ?? "",
			asker: void 0,
			since: void 0,
			silentMs
		};
		if (silentMs < this.#times.staleMs || list(folders.lock).some((name) => ownerIn(name) !== void 0)) return stranger;
		unless(GONE, () => renameSync(folders.lock, join(folders.dir, `.trash-lock-${newToken()}`)));
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
function forget(folders, token) {
	rmSync(socketFile(folders, token), { force: true });
	rmSync(recordFile(folders, token), { force: true });
}
function ageOnDisk(file, tmp) {
	const written = unless(GONE, () => statSync(file).mtimeMs);
	if (written === void 0) return void 0;
	const token = reserve(tmp);
	const now = unless(GONE, () => statSync(join(tmp, token)).mtimeMs) ?? written;
	rmSync(join(tmp, token), {
		recursive: true,
		force: true
	});
	return now - written;
}
function readFailure(file) {
	const text = unless(GONE, () => readFileSync(file, "utf8"));
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
function list(dir) {
	return unless(GONE, () => readdirSync(dir)) ?? [];
}
export { FileEngine };
