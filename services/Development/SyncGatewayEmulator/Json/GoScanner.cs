namespace OfflineActions.Emulators.Json;

/// <summary>Finds the end of the first JSON value of a text, or the first byte that Go's <c>encoding/json</c> refuses.</summary>
/// <param name="json">The text, which need not be valid UTF-8.</param>
/// <param name="maxDepth">The number of objects and arrays that may be open at a time.</param>
internal ref struct GoScanner(ReadOnlySpan<byte> json, int maxDepth)
{
    private const string BeginningOfValue = "looking for beginning of value";
    private const string BeginningOfKey = "looking for beginning of object key string";

    private readonly ReadOnlySpan<byte> json = json;

    // What Go says of a space that follows the end of the text; null where a space is allowed.
    private string? unfinished;
    private string? error;
    private int at;

    private enum Expected
    {
        Value,
        ValueOrEnd,
        Key,
        KeyOrEnd,
        Colon,
        CommaOrEnd,
    }

    /// <summary>Scans the first value.</summary>
    public GoScan Scan()
    {
        // True for an object, false for an array.
        var open = new Stack<bool>();
        var expected = Expected.Value;
        while (SkipSpace())
        {
            var first = json[at];
            if (IsEnd(first, expected, open))
            {
                open.Pop();
                at++;
                expected = Expected.CommaOrEnd;
            }
            else if (expected is Expected.Value or Expected.ValueOrEnd)
            {
                if (first is (byte)'{' or (byte)'[')
                {
                    if (open.Count == maxDepth)
                    {
                        return new(at, "exceeded max depth", IsCut: false, "");
                    }

                    open.Push(first == '{');
                    expected = first == '{' ? Expected.KeyOrEnd : Expected.ValueOrEnd;
                    at++;
                    continue;
                }

                if (!Scalar(first))
                {
                    return Failed();
                }

                expected = Expected.CommaOrEnd;
            }
            else if (!Punctuation(first, ref expected, open))
            {
                return Failed();
            }

            if (open.Count == 0 && expected == Expected.CommaOrEnd)
            {
                return new(at, null, IsCut: false, "");
            }
        }

        return Failed();
    }

    /// <summary>What Go says of a byte in the wrong place.</summary>
    public static string Invalid(byte code, string where) => $"invalid character {Quoted(code)} {where}";

    /// <summary>A byte as Go quotes it, as if it were a character of Latin-1.</summary>
    public static string Quoted(byte code) => code switch
    {
        (byte)'\'' => @"'\''",
        (byte)'"' => "'\"'",
        _ => $"'{GoText.Quote(((char)code).ToString())[1..^1]}'",
    };

    private static bool IsEnd(byte first, Expected expected, Stack<bool> open) => expected switch
    {
        Expected.ValueOrEnd => first == ']',
        Expected.KeyOrEnd => first == '}',
        Expected.CommaOrEnd => first == (open.Peek() ? '}' : ']'),
        _ => false,
    };

    private bool Punctuation(byte first, ref Expected expected, Stack<bool> open)
    {
        switch (expected)
        {
            case Expected.Key or Expected.KeyOrEnd when first == '"':
                expected = Expected.Colon;
                return String();
            case Expected.Colon when first == ':':
                expected = Expected.Value;
                at++;
                return true;
            case Expected.CommaOrEnd when first == ',':
                expected = open.Peek() ? Expected.Key : Expected.Value;
                at++;
                return true;
            default:
                error = expected switch
                {
                    Expected.Key or Expected.KeyOrEnd => BeginningOfKey,
                    Expected.Colon => "after object key",
                    _ => open.Peek() ? "after object key:value pair" : "after array element",
                };
                return false;
        }
    }

    private bool Scalar(byte first)
    {
        switch (first)
        {
            case (byte)'"':
                return String();
            case (byte)'-' or (>= (byte)'0' and <= (byte)'9'):
                return Number();
            case (byte)'t':
                return Literal("true");
            case (byte)'f':
                return Literal("false");
            case (byte)'n':
                return Literal("null");
            default:
                error = BeginningOfValue;
                return false;
        }
    }

    private bool String()
    {
        at++;
        while (at < json.Length)
        {
            switch (json[at])
            {
                case (byte)'"':
                    at++;
                    return true;
                case (byte)'\\':
                    if (!Escape())
                    {
                        return false;
                    }

                    break;
                case < 0x20:
                    error = "in string literal";
                    return false;
                default:
                    at++;
                    break;
            }
        }

        return false;
    }

    private bool Escape()
    {
        at++;
        if (!Is("bfnrtu\\/\""u8, "in string escape code"))
        {
            return false;
        }

        var digits = json[at - 1] == 'u' ? 4 : 0;
        while (digits-- > 0)
        {
            if (!Is("0123456789abcdefABCDEF"u8, @"in \u hexadecimal character escape"))
            {
                return false;
            }
        }

        return true;
    }

    private bool Number()
    {
        at += json[at] == '-' ? 1 : 0;
        if (at < json.Length && json[at] == '0')
        {
            at++;
        }
        else if (!Digits("in numeric literal"))
        {
            return false;
        }

        if (at < json.Length && json[at] == '.')
        {
            at++;
            if (!Digits("after decimal point in numeric literal"))
            {
                return false;
            }
        }

        if (at < json.Length && json[at] is (byte)'e' or (byte)'E')
        {
            at++;
            at += at < json.Length && json[at] is (byte)'+' or (byte)'-' ? 1 : 0;
            return Digits("in exponent of numeric literal");
        }

        return true;
    }

    private bool Digits(string where)
    {
        if (!Is("0123456789"u8, where))
        {
            return false;
        }

        while (at < json.Length && char.IsAsciiDigit((char)json[at]))
        {
            at++;
        }

        return true;
    }

    private bool Literal(string word)
    {
        at++;
        foreach (var letter in word.AsSpan(1))
        {
            if (!Is([(byte)letter], $"in literal {word} (expecting '{letter}')"))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Moves over the current byte if it is one of the allowed ones.</summary>
    private bool Is(scoped ReadOnlySpan<byte> allowed, string where)
    {
        if (at == json.Length)
        {
            unfinished = where;
            return false;
        }

        if (!allowed.Contains(json[at]))
        {
            error = where;
            return false;
        }

        at++;
        return true;
    }

    private bool SkipSpace()
    {
        while (at < json.Length && json[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            at++;
        }

        return at < json.Length;
    }

    private readonly GoScan Failed() => error is null
        ? new(at, unfinished is null ? "unexpected end of JSON input" : Invalid((byte)' ', unfinished), IsCut: true, "")
        : new(at, Invalid(json[at], error), IsCut: false, error);
}

/// <summary>The result of a scan.</summary>
/// <param name="Length">The length of the value in bytes, or the position of the refused byte.</param>
/// <param name="Error">Go's words; null for a whole value.</param>
/// <param name="IsCut">Whether the text ends inside the value or before it.</param>
/// <param name="Where">Where the refused byte is, in Go's words; empty when there is none.</param>
internal readonly record struct GoScan(int Length, string? Error, bool IsCut, string Where);
