// The functions that a sync function calls. The result calls it with a document and describes what it asked for, as JSON.
(function (global) {
  var user, asked;

  function list(value) {
    return Array.isArray(value) ? value : [value];
  }

  // Other values than texts are ignored.
  function texts(value) {
    return list(value).filter(function (text) { return typeof text === 'string'; });
  }

  function grant(to, users, values) {
    values = texts(values);
    if (values.length > 0) texts(users).forEach(function (name) { to[name] = (to[name] || []).concat(values); });
  }

  function require(allowed, reason) {
    if (user && !allowed()) throw { forbidden: reason };
  }

  global.channel = function () {
    for (var i = 0; i < arguments.length; i++) asked.channels = asked.channels.concat(texts(arguments[i]));
  };
  global.access = function (users, channels) { grant(asked.access, users, channels); };
  global.role = function (users, roles) { grant(asked.roles, users, roles); };
  global.expiry = function (value) {
    if (value !== undefined && value !== null) asked.expiry = typeof value === 'number' ? String(value < 0 ? Math.ceil(value) : Math.floor(value)) : String(value);
  };
  global.reject = function (status, message) {
    status = Math.floor(Number(status));
    if (!asked.rejection && status >= 400) asked.rejection = { status: status, message: arguments.length > 1 ? String(message) : '' };
  };
  global.requireAdmin = function () {
    require(function () { return false; }, 'sg admin required');
  };
  global.requireUser = function (names) {
    require(function () { return list(names).indexOf(user.name) >= 0; }, 'sg wrong user');
  };
  global.requireRole = function (roles) {
    require(function () { return user.roles.some(function (name) { return list(roles).indexOf(name) >= 0; }); }, 'sg missing role');
  };
  global.requireAccess = function (channels) {
    require(function () { return user.channels.some(function (name) { return list(channels).indexOf(name) >= 0; }); }, 'sg missing channel access');
  };

  return function (sync, doc, oldDoc, writer) {
    user = writer;
    asked = { channels: [], access: {}, roles: {}, expiry: null };
    try {
      sync(doc, oldDoc, { xattrs: {} });
    } catch (thrown) {
      if (thrown.forbidden) global.reject(403, thrown.forbidden);
      else if (thrown.unauthorized) global.reject(401, thrown.unauthorized);
      else throw thrown;
    }
    return JSON.stringify(asked);
  };
})
