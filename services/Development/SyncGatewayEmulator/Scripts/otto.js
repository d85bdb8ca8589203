// Makes the engine what filters and sync functions find in Sync Gateway: nothing newer than ECMAScript 5, as otto has it.
// write(level, text) writes to the log; translate(pattern, flags) makes a regular expression of one of RE2, and check(source) a script of one
// of otto, or they say what is wrong; canonical(json) sorts and escapes as Go does.
(function (global, write, translate, check, canonical) {
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

  // Regular expressions: those of RE2, and only the flags g, i and m count. They show the pattern of the script.
  var Native = RegExp, stringify = JSON.stringify, match = ''.match, search = ''.search;
  function expression(regexp, pattern, flags) {
    Object.defineProperties(regexp, {
      source: { value: pattern },
      ignoreCase: { value: flags.indexOf('i') >= 0 },
      multiline: { value: flags.indexOf('m') >= 0 }
    });
    return regexp;
  }
  function OttoRegExp(pattern, flags) {
    if (pattern instanceof Native) return new OttoRegExp(pattern.source, plain(pattern));
    var source = pattern === undefined ? '' : String(pattern), given = flags === undefined ? '' : String(flags);
    var used = given.replace(/[^gim]/g, '');
    if (/(.).*\1/.test(used)) throw new SyntaxError('newRegExpObject: ' + pattern + ' ' + given);
    var translated = translate(source, used);
    if (translated.length === 3) throw new global[translated[0]](translated[1]);
    return expression(new Native(translated[0], translated[1]), source, used);
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

  // Scripts and functions from text. What is called eval keeps its meaning: the checked text sees the variables of its caller.
  var indirect = eval;
  function checked(source) {
    if (typeof source !== 'string') return source;
    var found = check(source);
    if (found.length > 1) throw new SyntaxError(found[1]);
    return found[0];
  }
  var NativeFunction = Function;
  function OttoFunction() {
    var parts = Array.prototype.map.call(arguments, String), body = parts.pop() || '';
    return indirect(checked('(function (' + parts.join() + '\n) {\n' + body + '\n})'));
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

  // For the scripts that were checked.
  set(JSON.stringify, 'expression', expression);
  set(JSON.stringify, 'checked', checked);
  set(JSON.stringify, 'evaluate', function (source) { return indirect(checked(source)); });

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
