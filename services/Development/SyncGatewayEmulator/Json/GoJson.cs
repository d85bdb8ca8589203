namespace OfflineActions.Emulators.Json;

/// <summary>What Go's <c>encoding/json</c> says when it cannot read a text. Texts that it accepts give null.</summary>
internal static class GoJson
{
    /// <summary>As a decoder that reads the first value, ignores the rest, and refuses fields that the type does not have.</summary>
    public static string? Decode(ReadOnlySpan<byte> json, GoType type)
    {
        var scan = new GoScanner(json, CanonicalJson.MaxDepth).Scan();
        if (scan.IsCut)
        {
            return json.ContainsAnyExcept(" \t\r\n"u8) ? "unexpected EOF" : "EOF";
        }

        return scan.Error ?? Mismatch(json[..scan.Length], type, strict: true);
    }

    /// <summary>As <c>Unmarshal</c>, which reads the whole text and ignores fields that the type does not have.</summary>
    public static string? Unmarshal(ReadOnlySpan<byte> json, GoType type)
    {
        var scan = new GoScanner(json, CanonicalJson.MaxDepth).Scan();
        if (scan.Error is not null)
        {
            return scan.Error;
        }

        var more = json[scan.Length..].IndexOfAnyExcept(" \t\r\n"u8);
        return more >= 0
            ? GoScanner.Invalid(json[scan.Length + more], "after top-level value")
            : Mismatch(json, type, strict: false);
    }

    /// <summary>The first value of a text that <see cref="Decode"/> accepts.</summary>
    public static ReadOnlyMemory<byte> FirstValue(ReadOnlyMemory<byte> json) =>
        json[..new GoScanner(json.Span, CanonicalJson.MaxDepth).Scan().Length];

    private static string? Mismatch(ReadOnlySpan<byte> json, GoType type, bool strict)
    {
        var reader = CanonicalJson.Read(json);
        reader.Read();
        return new GoMismatch(strict).Find(ref reader, type);
    }
}
