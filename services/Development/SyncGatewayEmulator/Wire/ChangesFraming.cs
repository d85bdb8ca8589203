using OfflineActions.Emulators.Json;

namespace OfflineActions.Emulators.Wire;

/// <summary>What stands around the rows of a feed.</summary>
internal sealed record ChangesFraming(byte[] Between, byte[] After, bool EachMessage)
{
    /// <summary>In one JSON array for the whole answer.</summary>
    public static ChangesFraming Whole { get; } = new([.. ","u8], [.. "\n"u8], EachMessage: false);

    /// <summary>A row to a line.</summary>
    public static ChangesFraming Lines { get; } = new([], [.. "\n"u8], EachMessage: false);

    /// <summary>In one JSON array for each message.</summary>
    public static ChangesFraming Messages { get; } = new([.. ","u8], [], EachMessage: true);

    /// <summary>Whether the next row is not the first.</summary>
    public bool Separates(Utf8Buffer output, int sent) => EachMessage ? output.Length > 1 : sent > 0;
}
