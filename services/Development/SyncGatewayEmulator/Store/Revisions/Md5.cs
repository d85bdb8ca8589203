using System.Buffers.Binary;
using System.Numerics;

namespace OfflineActions.Emulators.Store;

/// <summary>
/// MD5 (RFC 1321), the protocol's digest of a revision. For short texts most of the time of .NET's MD5 goes into calls of the operating
/// system's library, which is a part of each write that can be measured.
/// </summary>
internal static class Md5
{
    public const int Size = 16;

    private const int BlockSize = 64;
    private const int LengthSize = sizeof(ulong);

    // The integer parts of 2^32 times the absolute sine of 1 to 64, as the RFC defines them.
    private static readonly uint[] Sines = [.. Enumerable.Range(1, 64).Select(n => (uint)(Math.Abs(Math.Sin(n)) * (1L << 32)))];

    // How far each of the four rounds rotates, step by step.
    private static readonly int[] Rotations = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];

    /// <param name="text">The text.</param>
    /// <param name="digest">Receives the 16 bytes of the digest.</param>
    public static void Hash(ReadOnlySpan<byte> text, Span<byte> digest)
    {
        Span<uint> state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
        var whole = text.Length - (text.Length % BlockSize);
        for (var at = 0; at < whole; at += BlockSize)
        {
            Add(text.Slice(at, BlockSize), state);
        }

        // The rest, a bit that is set, zeros, and the length in bits at the end of a block.
        Span<byte> end = stackalloc byte[2 * BlockSize];
        end.Clear();
        var rest = text[whole..];
        rest.CopyTo(end);
        end[rest.Length] = 0x80;
        var last = rest.Length + 1 + LengthSize <= BlockSize ? BlockSize : 2 * BlockSize;
        BinaryPrimitives.WriteUInt64LittleEndian(end[(last - LengthSize)..], (ulong)text.Length * 8);
        for (var at = 0; at < last; at += BlockSize)
        {
            Add(end.Slice(at, BlockSize), state);
        }

        for (var word = 0; word < state.Length; word++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(digest[(word * sizeof(uint))..], state[word]);
        }
    }

    private static void Add(ReadOnlySpan<byte> block, Span<uint> state)
    {
        Span<uint> words = stackalloc uint[BlockSize / sizeof(uint)];
        for (var word = 0; word < words.Length; word++)
        {
            words[word] = BinaryPrimitives.ReadUInt32LittleEndian(block[(word * sizeof(uint))..]);
        }

        var (a, b, c, d) = (state[0], state[1], state[2], state[3]);
        for (var step = 0; step < 16; step++)
        {
            var sum = a + ((b & c) | (~b & d)) + Sines[step] + words[step];
            (a, d, c, b) = (d, c, b, b + BitOperations.RotateLeft(sum, Rotations[step & 3]));
        }

        for (var step = 16; step < 32; step++)
        {
            var sum = a + ((d & b) | (~d & c)) + Sines[step] + words[((5 * step) + 1) & 15];
            (a, d, c, b) = (d, c, b, b + BitOperations.RotateLeft(sum, Rotations[4 + (step & 3)]));
        }

        for (var step = 32; step < 48; step++)
        {
            var sum = a + (b ^ c ^ d) + Sines[step] + words[((3 * step) + 5) & 15];
            (a, d, c, b) = (d, c, b, b + BitOperations.RotateLeft(sum, Rotations[8 + (step & 3)]));
        }

        for (var step = 48; step < 64; step++)
        {
            var sum = a + (c ^ (b | ~d)) + Sines[step] + words[(7 * step) & 15];
            (a, d, c, b) = (d, c, b, b + BitOperations.RotateLeft(sum, Rotations[12 + (step & 3)]));
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
    }
}
