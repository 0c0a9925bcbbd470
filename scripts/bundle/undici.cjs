// Stands in for `undici` in the bundle: the whole of it cannot be tree-shaken, and the transport only needs this.
// The paths are undici's internals, so it is pinned exactly, and test/scripts/bundle.test.ts makes a request.
const Dispatcher = require('../../node_modules/undici/lib/dispatcher/dispatcher.js');
Dispatcher.prototype.request = require('../../node_modules/undici/lib/api/api-request.js');
exports.Pool = require('../../node_modules/undici/lib/dispatcher/pool.js');
exports.buildConnector = require('../../node_modules/undici/lib/core/connect.js');
