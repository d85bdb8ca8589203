using System.Buffers;
using System.Buffers.Text;

namespace OfflineActions.Emulators.Json;

/// <summary>Decodes base64 as Go does: line breaks are skipped, unused bits are ignored, and an error has a position.</summary>
internal static class GoBase64
{
    private const byte Pad = (byte)'=';

    private static readonly SearchValues<byte> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="u8);

    /// <summary>Decodes the text.</summary>
    /// <param name="text">The text as UTF-8.</param>
    /// <param name="data">The data; empty after an error.</param>
    /// <returns>The byte of the text that Go reports, or -1 without an error.</returns>
    public static int Decode(ReadOnlySpan<byte> text, out byte[] data)
    {
        data = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length) + 3];
        if (!text.ContainsAnyExcept(Alphabet)
            && Base64.DecodeFromUtf8(text, data, out var consumed, out var written) == OperationStatus.Done
            && consumed == text.Length)
        {
            data = data[..written];
            return -1;
        }

        var error = Decode(text, data, out written);
        data = error < 0 ? data[..written] : [];
        return error;
    }

    private static int Decode(ReadOnlySpan<byte> text, Span<byte> data, out int written)
    {
        written = 0;
        var (bits, digits) = (0, 0);
        for (var at = 0; at < text.Length; at++)
        {
            if (IsLineBreak(text[at]))
            {
                continue;
            }

            if (text[at] == Pad)
            {
                Write(bits << (6 * (4 - digits)), digits - 1, data, ref written);
                return CheckPadding(text, at, digits);
            }

            if (ValueOf(text[at]) is not (>= 0 and var value))
            {
                return at;
            }

            (bits, digits) = ((bits << 6) | value, digits + 1);
            if (digits == 4)
            {
                Write(bits, 3, data, ref written);
                (bits, digits) = (0, 0);
            }
        }

        // Go counts back from the end, whatever line breaks there are.
        return digits == 0 ? -1 : text.Length - digits;
    }

    /// <summary>Checks from the first padding character, which follows so many digits of a group of four.</summary>
    private static int CheckPadding(ReadOnlySpan<byte> text, int at, int digits)
    {
        if (digits < 2)
        {
            return at;
        }

        var next = SkipLineBreaks(text, at + 1);
        if (digits == 2)
        {
            if (next == text.Length || text[next] != Pad)
            {
                return next == text.Length ? next : next - 1;
            }

            next = SkipLineBreaks(text, next + 1);
        }

        return next < text.Length ? next : -1;
    }

    private static int SkipLineBreaks(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && IsLineBreak(text[at]))
        {
            at++;
        }

        return at;
    }

    private static void Write(int group, int count, Span<byte> data, ref int written)
    {
        for (var i = 0; i < count; i++)
        {
            data[written++] = (byte)(group >> (8 * (2 - i)));
        }
    }

    private static bool IsLineBreak(byte one) => one is (byte)'\r' or (byte)'\n';

    private static int ValueOf(byte digit) => digit switch
    {
        >= (byte)'A' and <= (byte)'Z' => digit - 'A',
        >= (byte)'a' and <= (byte)'z' => digit - 'a' + 26,
        >= (byte)'0' and <= (byte)'9' => digit - '0' + 52,
        (byte)'+' => 62,
        (byte)'/' => 63,
        _ => -1,
    };
}
