'use strict';
// Leads every request of the packages to the server under test, as a plain HTTP proxy would: the packages keep their
// own host names, and the server sees request lines in absolute form.
const http = require('http');

module.exports = function (address) {
  const proxy = new URL(address);
  const request = http.request;
  http.request = function (options, callback) {
    const host = options.hostname || options.host;
    const path = `http://${host}${options.path}`;
    const headers = Object.assign({ Host: host }, options.headers);
    return request.call(http, Object.assign({}, options, {
      hostname: proxy.hostname, host: proxy.hostname, port: proxy.port, path, headers,
    }), callback);
  };
};
