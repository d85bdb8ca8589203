using System.Buffers;
using System.Diagnostics;
using System.Globalization;

namespace OfflineActions.ServiceDefaults.Tracing;

/// <summary>
/// Where in a distributed trace something happens, as W3C Trace Context writes it: <c>00-(32 digits)-(16 digits)-01</c>. Documents have it
/// as a property and messages as a header, both called <see cref="Name"/>. Only what <see cref="Parse"/> has understood is ever written
/// anywhere, so no app can put another text into a log or a header with it.
/// </summary>
public readonly record struct TraceContext
{
    /// <summary>The name of the property of a document, and of the header of a message.</summary>
    public const string Name = "traceparent";

    /// <summary>The most bytes that it takes in JSON: every character may be escaped.</summary>
    public const int MaxJsonBytes = 6 * Length;

    private const int Length = 55;
    private const int InvalidVersion = 0xFF;

    /// <summary>Sampled, and random. The others have no meaning yet, and are not passed on.</summary>
    private const int KnownFlags = 0b11;

    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdef");

    private readonly ulong traceHigh;
    private readonly ulong traceLow;
    private readonly ulong span;
    private readonly byte flags;

    private TraceContext(ulong traceHigh, ulong traceLow, ulong span, byte flags) =>
        (this.traceHigh, this.traceLow, this.span, this.flags) = (traceHigh, traceLow, span, flags);

    /// <summary>The trace, as 32 lower-case hexadecimal digits.</summary>
    public string TraceId => string.Create(CultureInfo.InvariantCulture, $"{traceHigh:x16}{traceLow:x16}");

    /// <summary>Reads it; null when <paramref name="text"/> is anything else. A later version counts when it has the same form.</summary>
    public static TraceContext? Parse(ReadOnlySpan<char> text) =>
        text is [_, _, '-', ..] && text.Length == Length && text[35] == '-' && text[52] == '-'
        && TryRead(text[..2], out var version) && version != InvalidVersion
        && TryRead(text[3..19], out var traceHigh)
        && TryRead(text[19..35], out var traceLow) && (traceHigh | traceLow) != 0
        && TryRead(text[36..52], out var span) && span != 0
        && TryRead(text[53..], out var flags)
            ? new TraceContext(traceHigh, traceLow, span, (byte)(flags & KnownFlags))
            : null;

    /// <summary>Begins a new trace, to be recorded, in a process that records no spans itself.</summary>
    public static TraceContext Begin() => Parse($"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-01")!.Value;

    /// <summary>The place of a span; null when there is no span.</summary>
    public static TraceContext? From(Activity? activity) => Parse(activity?.Id);

    /// <summary>As the parent of a span that another process has made.</summary>
    public ActivityContext ToActivityContext() => new(
        ActivityTraceId.CreateFromString(TraceId),
        ActivitySpanId.CreateFromString(string.Create(CultureInfo.InvariantCulture, $"{span:x16}")),
        (ActivityTraceFlags)flags & ActivityTraceFlags.Recorded,
        traceState: null,
        isRemote: true);

    /// <summary>As W3C Trace Context writes it.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"00-{traceHigh:x16}{traceLow:x16}-{span:x16}-{flags:x2}");

    private static bool TryRead(ReadOnlySpan<char> digits, out ulong number)
    {
        number = 0;
        return !digits.ContainsAnyExcept(Hexadecimal)
            && ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
    }
}
