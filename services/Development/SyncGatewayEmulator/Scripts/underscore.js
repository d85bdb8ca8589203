// The functions of Underscore 1.4.4, which otto loads for filters and sync functions. Timers do not exist there, so functions that need
// one throw when they are called.
(function (global) {
  var slice = Array.prototype.slice, has = Object.prototype.hasOwnProperty, tag = Object.prototype.toString;
  var before = global._, ids = 0, stop = {};

  function _(value) {
    if (value instanceof _) return value;
    if (!(this instanceof _)) return new _(value);
    this._wrapped = value;
  }

  function isList(value) { return value.length === +value.length; }
  function of(name) { return function (object) { return object[name]; }; }
  function by(iterator) { return typeof iterator === 'function' ? iterator : of(iterator); }
  function own(object, name) { return has.call(object, name); }
  function rest(values, from) { return slice.call(values, from); }

  // Calls visit(value, key, all) for each element, until it returns stop.
  function each(all, visit, context) {
    if (all === null || all === undefined) return;
    if (isList(all)) {
      for (var i = 0; i < all.length; i++) if (visit.call(context, all[i], i, all) === stop) return;
    } else {
      for (var key in all) if (own(all, key) && visit.call(context, all[key], key, all) === stop) return;
    }
  }

  function search(all, wanted, context) {
    var found = { any: false };
    each(all, function (value, key) {
      if (wanted.call(context, value, key, all)) {
        found = { any: true, value: value };
        return stop;
      }
    });
    return found;
  }

  function fold(values, combine, memo, given, context, empty) {
    if (context) combine = _.bind(combine, context);
    values.forEach(function (entry) {
      if (given) memo = combine(memo, entry.value, entry.key, entry.all);
      else { memo = entry.value; given = true; }
    });
    if (!given) throw new TypeError(empty);
    return memo;
  }

  function entries(all) {
    return _.map(all, function (value, key) { return { value: value, key: key, all: all }; });
  }

  function extreme(all, iterator, context, better, none) {
    var best = { computed: none, value: none };
    each(all, function (value, key) {
      var computed = iterator ? iterator.call(context, value, key, all) : value;
      if (better(computed, best.computed)) best = { computed: computed, value: value };
    });
    return best.value;
  }

  function gather(all, iterator, context, add) {
    var groups = {};
    iterator = iterator === null || iterator === undefined ? _.identity : by(iterator);
    each(all, function (value, key) { add(groups, iterator.call(context, value, key, all), value); });
    return groups;
  }

  function spread(values, deep, into) {
    each(values, function (value) {
      if (!_.isArray(value) && !_.isArguments(value)) into.push(value);
      else if (deep) spread(value, deep, into);
      else Array.prototype.push.apply(into, value);
    });
    return into;
  }

  function matching(properties) {
    return function (object) {
      for (var key in properties) if (properties[key] !== object[key]) return false;
      return true;
    };
  }

  function order(a, b) {
    if (a.by !== b.by) {
      if (a.by > b.by || a.by === undefined) return 1;
      if (a.by < b.by || b.by === undefined) return -1;
    }
    return a.at < b.at ? -1 : 1;
  }

  function copyInto(object, sources, onlyMissing) {
    each(sources, function (source) {
      for (var name in source) if (!onlyMissing || object[name] === null || object[name] === undefined) object[name] = source[name];
    });
    return object;
  }

  function same(a, b, openA, openB) {
    if (a === b) return a !== 0 || 1 / a === 1 / b;
    if (a === null || a === undefined || b === null || b === undefined) return a === b;
    if (a instanceof _) a = a._wrapped;
    if (b instanceof _) b = b._wrapped;
    var kind = tag.call(a).replace('GoArray', 'Array');
    if (kind !== tag.call(b).replace('GoArray', 'Array')) return false;
    if (kind === '[object String]') return a == String(b);
    if (kind === '[object Number]') return a != +a ? b != +b : (a == 0 ? 1 / a === 1 / b : a == +b);
    if (kind === '[object Date]' || kind === '[object Boolean]') return +a === +b;
    if (kind === '[object RegExp]') return String(a) === String(b);
    if (typeof a !== 'object' || typeof b !== 'object') return false;
    var at = openA.indexOf(a);
    if (at >= 0) return openB[at] === b;
    openA = openA.concat([a]);
    openB = openB.concat([b]);
    if (kind === '[object Array]') {
      return a.length === b.length && slice.call(a).every(function (value, i) { return same(value, b[i], openA, openB); });
    }
    var A = a.constructor, B = b.constructor;
    if (A !== B && !(typeof A === 'function' && A instanceof A && typeof B === 'function' && B instanceof B)) return false;
    var names = _.keys(a);
    return names.length === _.keys(b).length
      && names.every(function (name) { return own(b, name) && same(a[name], b[name], openA, openB); });
  }

  var escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#x27;', '/': '&#x2F;' };
  var plain = {};
  for (var code in escapes) plain[escapes[code]] = code;

  _.VERSION = '1.4.4';

  // Collections.
  _.each = each;
  _.map = function (all, iterator, context) {
    var results = [];
    each(all, function (value, key) { results.push(iterator.call(context, value, key, all)); });
    return results;
  };
  _.reduce = function (all, combine, memo, context) {
    return fold(entries(all), combine, memo, arguments.length > 2, context, 'Reduce of empty array with no initial value');
  };
  _.reduceRight = function (all, combine, memo, context) {
    return fold(entries(all).reverse(), combine, memo, arguments.length > 2, context, 'Reduce of empty array with no initial value');
  };
  _.find = function (all, wanted, context) { return search(all, wanted, context).value; };
  _.filter = function (all, wanted, context) {
    var results = [];
    each(all, function (value, key) { if (wanted.call(context, value, key, all)) results.push(value); });
    return results;
  };
  _.reject = function (all, unwanted, context) {
    return _.filter(all, function (value, key) { return !unwanted.call(context, value, key, all); });
  };
  _.every = function (all, holds, context) {
    holds = holds || _.identity;
    return !search(all, function (value, key) { return !holds.call(context, value, key, all); }).any;
  };
  _.any = function (all, holds, context) { return search(all, holds || _.identity, context).any; };
  _.contains = function (all, target) { return search(all, function (value) { return value === target; }).any; };
  _.invoke = function (all, method) {
    var given = rest(arguments, 2);
    return _.map(all, function (value) { return (typeof method === 'function' ? method : value[method]).apply(value, given); });
  };
  _.pluck = function (all, name) { return _.map(all, of(name)); };
  _.where = function (all, properties, first) {
    if (_.isEmpty(properties)) return first ? null : [];
    return _[first ? 'find' : 'filter'](all, matching(properties));
  };
  _.findWhere = function (all, properties) { return _.where(all, properties, true); };
  _.max = function (all, iterator, context) {
    return extreme(all, iterator, context, function (a, b) { return a >= b; }, -Infinity);
  };
  _.min = function (all, iterator, context) {
    return extreme(all, iterator, context, function (a, b) { return a < b; }, Infinity);
  };
  _.shuffle = function (all) {
    var mixed = [];
    each(all, function (value) {
      var at = _.random(mixed.length);
      mixed.push(mixed[at]);
      mixed[at] = value;
    });
    return mixed;
  };
  _.sortBy = function (all, iterator, context) {
    iterator = by(iterator);
    return _.map(all, function (value, key) { return { value: value, at: key, by: iterator.call(context, value, key, all) }; })
      .sort(order).map(of('value'));
  };
  _.groupBy = function (all, iterator, context) {
    return gather(all, iterator, context, function (groups, key, value) { (own(groups, key) ? groups[key] : (groups[key] = [])).push(value); });
  };
  _.countBy = function (all, iterator, context) {
    return gather(all, iterator, context, function (groups, key) { groups[key] = (own(groups, key) ? groups[key] : 0) + 1; });
  };
  _.sortedIndex = function (array, value, iterator, context) {
    iterator = iterator === null || iterator === undefined ? _.identity : by(iterator);
    var target = iterator.call(context, value), low = 0, high = array.length;
    while (low < high) {
      var middle = Math.floor((low + high) / 2);
      if (iterator.call(context, array[middle]) < target) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  _.toArray = function (all) {
    if (!all) return [];
    return isList(all) ? _.map(all, _.identity) : _.values(all);
  };
  _.size = function (all) {
    if (all === null || all === undefined) return 0;
    return isList(all) ? all.length : _.keys(all).length;
  };

  // Arrays.
  _.first = function (array, count, guard) {
    if (array === null || array === undefined) return undefined;
    return count === null || count === undefined || guard ? array[0] : slice.call(array, 0, count);
  };
  _.initial = function (array, count, guard) {
    return slice.call(array, 0, array.length - (count === null || count === undefined || guard ? 1 : count));
  };
  _.last = function (array, count, guard) {
    if (array === null || array === undefined) return undefined;
    return count === null || count === undefined || guard ? array[array.length - 1] : slice.call(array, Math.max(array.length - count, 0));
  };
  _.rest = function (array, count, guard) { return slice.call(array, count === null || count === undefined || guard ? 1 : count); };
  _.compact = function (array) { return _.filter(array, _.identity); };
  _.flatten = function (array, shallow) { return spread(array, !shallow, []); };
  _.without = function (array) { return _.difference(array, rest(arguments, 1)); };
  _.uniq = function (array, sorted, iterator, context) {
    if (typeof sorted === 'function') {
      context = iterator;
      iterator = sorted;
      sorted = false;
    }
    var seen = [], computed = iterator ? _.map(array, iterator, context) : array;
    return _.filter(array, function (value, i) {
      var isNew = sorted ? i === 0 || seen[seen.length - 1] !== computed[i] : !_.contains(seen, computed[i]);
      if (isNew) seen.push(computed[i]);
      return isNew;
    });
  };
  _.union = function () { return _.uniq(spread(arguments, false, [])); };
  _.intersection = function (array) {
    var others = rest(arguments, 1);
    return _.filter(_.uniq(array), function (value) { return others.every(function (other) { return _.indexOf(other, value) >= 0; }); });
  };
  _.difference = function (array) {
    var others = spread(rest(arguments, 1), false, []);
    return _.filter(array, function (value) { return !_.contains(others, value); });
  };
  _.zip = function () {
    var arrays = slice.call(arguments), results = [];
    for (var i = 0, length = _.max(_.pluck(arrays, 'length')); i < length; i++) results.push(_.pluck(arrays, String(i)));
    return results;
  };
  _.object = function (list, values) {
    var result = {};
    each(list, function (name, i) {
      if (values) result[name] = values[i];
      else result[name[0]] = name[1];
    });
    return result;
  };
  _.indexOf = function (array, value, sorted) {
    if (array === null || array === undefined) return -1;
    if (sorted && typeof sorted !== 'number') {
      var at = _.sortedIndex(array, value);
      return array[at] === value ? at : -1;
    }
    return Array.prototype.indexOf.call(array, value, sorted || 0);
  };
  _.lastIndexOf = function (array, value, from) {
    if (array === null || array === undefined) return -1;
    return from === null || from === undefined
      ? Array.prototype.lastIndexOf.call(array, value)
      : Array.prototype.lastIndexOf.call(array, value, from);
  };
  _.range = function (start, end, step) {
    if (arguments.length < 2) {
      end = start || 0;
      start = 0;
    }
    step = arguments[2] || 1;
    var numbers = [];
    for (var i = 0, count = Math.max(Math.ceil((end - start) / step), 0); i < count; i++) numbers.push(start + i * step);
    return numbers;
  };

  // Functions.
  _.bind = function (method, context) {
    return Function.prototype.bind.apply(method, rest(arguments, 1));
  };
  _.partial = function (method) {
    var given = rest(arguments, 1);
    return function () { return method.apply(this, given.concat(slice.call(arguments))); };
  };
  _.bindAll = function (object) {
    each(arguments.length > 1 ? rest(arguments, 1) : _.functions(object), function (name) { object[name] = _.bind(object[name], object); });
    return object;
  };
  _.memoize = function (method, hash) {
    var known = {};
    return function () {
      var key = (hash || _.identity).apply(this, arguments);
      if (!own(known, key)) known[key] = method.apply(this, arguments);
      return known[key];
    };
  };
  _.delay = function (method, wait) {
    var given = rest(arguments, 2);
    return setTimeout(function () { return method.apply(null, given); }, wait);
  };
  _.defer = function (method) { return _.delay.apply(_, [method, 1].concat(rest(arguments, 1))); };
  _.throttle = function (method, wait) {
    var waiting;
    return function () {
      clearTimeout(waiting);
      return method.apply(this, arguments);
    };
  };
  _.debounce = function (method, wait) {
    var waiting;
    return function () {
      clearTimeout(waiting);
      waiting = setTimeout(method, wait);
    };
  };
  _.once = function (method) {
    var ran = false, result;
    return function () {
      if (!ran) {
        ran = true;
        result = method.apply(this, arguments);
      }
      return result;
    };
  };
  _.wrap = function (method, wrapper) {
    return function () { return wrapper.apply(this, [method].concat(slice.call(arguments))); };
  };
  _.compose = function () {
    var methods = slice.call(arguments).reverse();
    return function () {
      var context = this;
      return methods.reduce(function (given, method) { return [method.apply(context, given)]; }, slice.call(arguments))[0];
    };
  };
  _.after = function (times, method) {
    if (times <= 0) return method();
    return function () { if (--times < 1) return method.apply(this, arguments); };
  };

  // Objects.
  _.keys = function (object) {
    if (object !== Object(object)) throw new TypeError('Invalid object');
    return Object.keys(object);
  };
  _.values = function (object) { return _.keys(object).map(function (name) { return object[name]; }); };
  _.pairs = function (object) { return _.keys(object).map(function (name) { return [name, object[name]]; }); };
  _.invert = function (object) {
    var result = {};
    _.keys(object).forEach(function (name) { result[object[name]] = name; });
    return result;
  };
  _.functions = function (object) {
    var names = [];
    for (var name in object) if (typeof object[name] === 'function') names.push(name);
    return names.sort();
  };
  _.extend = function (object) { return copyInto(object, rest(arguments, 1), false); };
  _.defaults = function (object) { return copyInto(object, rest(arguments, 1), true); };
  _.pick = function (object) {
    var result = {};
    each(spread(rest(arguments, 1), false, []), function (name) { if (name in object) result[name] = object[name]; });
    return result;
  };
  _.omit = function (object) {
    var result = {}, names = spread(rest(arguments, 1), false, []);
    for (var name in object) if (!_.contains(names, name)) result[name] = object[name];
    return result;
  };
  _.clone = function (object) {
    if (!_.isObject(object)) return object;
    return _.isArray(object) ? slice.call(object) : _.extend({}, object);
  };
  _.tap = function (object, use) {
    use(object);
    return object;
  };
  _.has = own;
  _.isEqual = function (a, b) { return same(a, b, [], []); };
  _.isEmpty = function (object) {
    if (object === null || object === undefined) return true;
    if (_.isArray(object) || _.isString(object)) return object.length === 0;
    for (var name in object) if (own(object, name)) return false;
    return true;
  };
  _.isElement = function (object) { return !!(object && object.nodeType === 1); };
  _.isArray = Array.isArray;
  _.isObject = function (object) { return object === Object(object); };
  ['Arguments', 'Function', 'String', 'Number', 'Date', 'RegExp'].forEach(function (name) {
    _['is' + name] = function (object) { return tag.call(object) === '[object ' + name + ']'; };
  });
  _.isFinite = function (object) { return isFinite(object) && !isNaN(parseFloat(object)); };
  _.isNaN = function (object) { return _.isNumber(object) && object != +object; };
  _.isBoolean = function (object) { return object === true || object === false || tag.call(object) === '[object Boolean]'; };
  _.isNull = function (object) { return object === null; };
  _.isUndefined = function (object) { return object === undefined; };

  // Utilities.
  _.noConflict = function () {
    global._ = before;
    return this;
  };
  _.identity = function (value) { return value; };
  _.times = function (count, iterator, context) {
    var results = [];
    for (var i = 0; i < count; i++) results.push(iterator.call(context, i));
    return results;
  };
  _.random = function (min, max) {
    if (max === null || max === undefined) {
      max = min;
      min = 0;
    }
    return min + Math.floor(Math.random() * (max - min + 1));
  };
  _.escape = function (text) {
    return text === null || text === undefined ? '' : String(text).replace(/[&<>"'\/]/g, function (code) { return escapes[code]; });
  };
  _.unescape = function (text) {
    return text === null || text === undefined
      ? ''
      : String(text).replace(/&(?:amp|lt|gt|quot|#x27|#x2F);/g, function (code) { return plain[code]; });
  };
  _.result = function (object, name) {
    if (object === null || object === undefined) return null;
    return typeof object[name] === 'function' ? object[name]() : object[name];
  };
  _.uniqueId = function (prefix) { return (prefix || '') + String(++ids); };
  _.templateSettings = { evaluate: /<%([\s\S]+?)%>/g, interpolate: /<%=([\s\S]+?)%>/g, escape: /<%-([\s\S]+?)%>/g };
  _.template = function (text, data, settings) {
    settings = _.defaults({}, settings, _.templateSettings);
    var never = /(.)^/, at = 0, code = '';
    var parts = [settings.escape, settings.interpolate, settings.evaluate].map(function (part) { return (part || never).source; });
    function literal(value) { return "out += " + JSON.stringify(value) + ";\n"; }
    text.replace(new RegExp(parts.join('|') + '|$', 'g'), function (whole, escaped, interpolated, evaluated, offset) {
      code += literal(text.slice(at, offset));
      if (escaped) code += "out += _.escape(" + escaped + ");\n";
      if (interpolated) code += "part = (" + interpolated + "); out += part === null || part === undefined ? '' : part;\n";
      if (evaluated) code += evaluated + "\n";
      at = offset + whole.length;
      return whole;
    });
    if (!settings.variable) code = 'with (obj || {}) {\n' + code + '}\n';
    code = "var part, out = '', print = function () { out += Array.prototype.join.call(arguments, ''); };\n" + code + 'return out;\n';
    var render = new Function(settings.variable || 'obj', '_', code);
    if (data) return render(data, _);
    function template(data) { return render.call(this, data, _); }
    template.source = 'function(' + (settings.variable || 'obj') + '){\n' + code + '}';
    return template;
  };
  _.chain = function (object) { return _(object).chain(); };
  _.mixin = function (object) {
    each(_.functions(object), function (name) {
      var method = _[name] = object[name];
      _.prototype[name] = function () { return result.call(this, method.apply(_, [this._wrapped].concat(slice.call(arguments)))); };
    });
  };

  function result(value) { return this._chain ? _(value).chain() : value; }

  var others = {
    forEach: 'each', collect: 'map', inject: 'reduce', foldl: 'reduce', foldr: 'reduceRight', detect: 'find', select: 'filter', all: 'every',
    some: 'any', include: 'contains', head: 'first', take: 'first', tail: 'rest', drop: 'rest', unique: 'uniq', methods: 'functions'
  };
  for (var other in others) _[other] = _[others[other]];

  _.mixin(_);
  ['pop', 'push', 'reverse', 'shift', 'sort', 'splice', 'unshift'].forEach(function (name) {
    _.prototype[name] = function () {
      var object = this._wrapped;
      Array.prototype[name].apply(object, arguments);
      return result.call(this, object);
    };
  });
  ['concat', 'join', 'slice'].forEach(function (name) {
    _.prototype[name] = function () { return result.call(this, Array.prototype[name].apply(this._wrapped, arguments)); };
  });
  _.prototype.chain = function () {
    this._chain = true;
    return this;
  };
  _.prototype.value = function () { return this._wrapped; };
  global._ = _;
})
