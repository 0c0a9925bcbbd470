// Stands in for undici's HTTP/2 client until a server speaks it: setting it up loads `node:http2`.
module.exports = (...given) => require('../../node_modules/undici/lib/dispatcher/client-h2.js')(...given);
