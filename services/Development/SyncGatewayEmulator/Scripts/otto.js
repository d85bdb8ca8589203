// Makes the engine what filters and sync functions find in Sync Gateway: nothing newer than ECMAScript 5, as otto has it.
// write(level, text) writes to the log; refusal(pattern) says why RE2 refuses a regular expression, and objection(source) why otto does not
// parse a function, or are empty; canonical(json) sorts and escapes as Go does.
(function (global, write, refusal, objection, canonical) {
  var members = {
    Array: 'isArray length prototype',
    'Array.prototype': 'concat every filter forEach indexOf join lastIndexOf length map pop push reduce reduceRight reverse shift slice some'
      + ' sort splice toLocaleString toString unshift',
    Boolean: 'length prototype',
    'Boolean.prototype': 'toString valueOf',
    Date: 'UTC length now parse prototype',
    'Date.prototype': 'getDate getDay getFullYear getHours getMilliseconds getMinutes getMonth getSeconds getTime getTimezoneOffset'
      + ' getUTCDate getUTCDay getUTCFullYear getUTCHours getUTCMilliseconds getUTCMinutes getUTCMonth getUTCSeconds getYear setDate'
      + ' setFullYear setHours setMilliseconds setMinutes setMonth setSeconds setTime setUTCDate setUTCFullYear setUTCHours'
      + ' setUTCMilliseconds setUTCMinutes setUTCMonth setUTCSeconds setYear toDateString toGMTString toISOString toJSON'
      + ' toLocaleDateString toLocaleString toLocaleTimeString toString toTimeString toUTCString valueOf',
    Error: 'length prototype',
    'Error.prototype': 'message name toString',
    EvalError: 'length prototype',
    'EvalError.prototype': 'name',
    Function: 'length prototype',
    'Function.prototype': 'apply bind call length toString',
    JSON: 'parse stringify',
    Math: 'E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2 abs acos asin atan atan2 ceil cos exp floor log max min pow random round sin sqrt tan',
    Number: 'MAX_VALUE MIN_VALUE NEGATIVE_INFINITY NaN POSITIVE_INFINITY isNaN length prototype',
    'Number.prototype': 'toExponential toFixed toLocaleString toPrecision toString valueOf',
    Object: 'create defineProperties defineProperty freeze getOwnPropertyDescriptor getOwnPropertyNames getPrototypeOf isExtensible'
      + ' isFrozen isSealed keys length preventExtensions prototype seal',
    'Object.prototype': 'hasOwnProperty isPrototypeOf propertyIsEnumerable toLocaleString toString valueOf',
    RangeError: 'length prototype',
    'RangeError.prototype': 'name',
    ReferenceError: 'length prototype',
    'ReferenceError.prototype': 'name',
    RegExp: 'length prototype',
    'RegExp.prototype': 'compile exec test toString source global ignoreCase multiline flags',
    String: 'fromCharCode length prototype',
    'String.prototype': 'charAt charCodeAt concat indexOf lastIndexOf length localeCompare match replace search slice split substr'
      + ' substring toLocaleLowerCase toLocaleUpperCase toLowerCase toString toUpperCase trim trimLeft trimRight valueOf',
    SyntaxError: 'length prototype',
    'SyntaxError.prototype': 'name',
    TypeError: 'length prototype',
    'TypeError.prototype': 'name',
    URIError: 'length prototype',
    'URIError.prototype': 'name'
  };
  var functions = 'Infinity NaN undefined decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval isFinite isNaN parseFloat'
    + ' parseInt unescape';
  var names = Object.getOwnPropertyNames;

  function set(owner, name, value) {
    Object.defineProperty(owner, name, { value: value, writable: true, enumerable: false, configurable: true });
  }

  function keep(owner, kept) {
    kept = (kept + ' constructor name').split(' ');
    names(owner).forEach(function (name) {
      if (kept.indexOf(name) < 0) delete owner[name];
    });
  }

  function expression(pattern) {
    var refused = refusal(pattern);
    if (refused) throw new TypeError('Invalid regular expression: ' + refused);
    return pattern;
  }

  // Regular expressions: what RE2 refuses is refused, and only the flags g, i and m count.
  var Native = RegExp, stringify = JSON.stringify, match = ''.match, search = ''.search;
  function OttoRegExp(pattern, flags) {
    if (pattern instanceof Native) return new Native(pattern.source, plain(pattern));
    var given = flags === undefined ? '' : String(flags), used = given.replace(/[^gim]/g, '');
    if (/(.).*\1/.test(used)) throw new SyntaxError('newRegExpObject: ' + pattern + ' ' + given);
    try {
      return new Native(expression(pattern === undefined ? '' : String(pattern)), used);
    } catch (error) {
      throw new TypeError(/^Invalid/.test(error.message) ? error.message : 'Invalid regular expression: ' + error.message);
    }
  }
  function plain(regexp) {
    return (regexp.global ? 'g' : '') + (regexp.ignoreCase ? 'i' : '') + (regexp.multiline ? 'm' : '');
  }
  function made(pattern) {
    return pattern === undefined || pattern instanceof Native ? pattern : new OttoRegExp(pattern);
  }
  OttoRegExp.prototype = Native.prototype;
  set(OttoRegExp, 'name', 'RegExp');
  set(Native.prototype, 'constructor', OttoRegExp);
  set(global, 'RegExp', OttoRegExp);
  set(String.prototype, 'match', function (pattern) { return match.call(this, made(pattern)); });
  set(String.prototype, 'search', function (pattern) { return search.call(this, made(pattern)); });

  // Functions from text.
  var NativeFunction = Function;
  function OttoFunction() {
    var parts = Array.prototype.map.call(arguments, String), body = parts.pop() || '';
    var refused = objection('(function (' + parts.join() + '\n) {\n' + body + '\n})');
    if (refused) throw new SyntaxError(refused);
    return NativeFunction.apply(null, arguments);
  }
  OttoFunction.prototype = NativeFunction.prototype;
  set(OttoFunction, 'name', 'Function');
  set(NativeFunction.prototype, 'constructor', OttoFunction);
  set(global, 'Function', OttoFunction);

  // otto writes JSON with Go's encoder.
  var parse = JSON.parse;
  set(JSON, 'stringify', function (value, replacer, space) {
    var text = stringify(value, replacer);
    if (text === undefined) return text;
    text = canonical(text);
    return space ? stringify(parse(text), null, space) : text;
  });

  names(global).forEach(function (name) {
    var kept = members[name], value = global[name];
    if (kept === undefined) {
      if (functions.split(' ').indexOf(name) < 0) delete global[name];
      return;
    }
    keep(value, kept);
    if (members[name + '.prototype']) keep(value.prototype, members[name + '.prototype']);
  });

  // Functions of Go: they take exactly one text.
  function writer(level) {
    return function (text) {
      if (arguments.length !== 1) throw new RangeError('expected 1 argument(s); got ' + arguments.length);
      write(level, String(text));
    };
  }
  global.console = { error: writer('error'), log: writer('log') };
  global.log = function () {
    write('log', Array.prototype.map.call(arguments, String).concat('').join(' '));
  };
})
