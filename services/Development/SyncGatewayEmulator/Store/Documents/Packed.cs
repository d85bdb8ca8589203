namespace OfflineActions.Emulators.Store;

/// <summary>
/// Copies of short texts, one after another in arrays that many of them share. The garbage collector copies each object that is kept, so a
/// text of its own costs as much time as the document it belongs to. An array is kept as long as one of its texts: this is for what a
/// document keeps, not for what the next revision replaces again and again.
/// </summary>
/// <typeparam name="T">Bytes or characters.</typeparam>
internal static class Packed<T>
    where T : unmanaged
{
    /// <summary>The number of elements of the longest text that shares an array.</summary>
    public const int MaxLength = 1024;

    private const int BlockLength = 8 * MaxLength;

    [ThreadStatic]
    private static Block? current;

    /// <summary>Copies a text, into an array of its own when it is longer than <see cref="MaxLength"/>.</summary>
    public static ArraySegment<T> Keep(ReadOnlySpan<T> text)
    {
        if (text.Length > MaxLength)
        {
            return text.ToArray();
        }

        var block = current;
        if (block is null || BlockLength - block.Used < text.Length)
        {
            current = block = new(GC.AllocateUninitializedArray<T>(BlockLength));
        }

        var kept = new ArraySegment<T>(block.Array, block.Used, text.Length);
        text.CopyTo(kept);
        block.Used += text.Length;
        return kept;
    }

    /// <summary>An array that one thread fills.</summary>
    private sealed class Block(T[] array)
    {
        public T[] Array { get; } = array;

        public int Used { get; set; }
    }
}
