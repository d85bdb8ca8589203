using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Emulators.SyncGateway.Store;

/// <summary>A revision id, <c>generation-digest</c>. The greater one wins among leaves that are equally alive.</summary>
internal readonly record struct RevisionId(int Generation, string Digest) : IComparable<RevisionId>
{
    public static RevisionId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new Refusal(400, "Invalid revision ID");

    public static bool TryParse([NotNullWhen(true)] string? text, out RevisionId id)
    {
        id = default;
        if (text is null || text.IndexOf('-', StringComparison.Ordinal) is not (> 0 and var dash) || dash == text.Length - 1)
        {
            return false;
        }

        if (!int.TryParse(text.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var generation) || generation < 1)
        {
            return false;
        }

        id = new(generation, text[(dash + 1)..]);
        return true;
    }

    /// <summary>The id of a new revision: any node that makes the same change to the same parent comes to the same id.</summary>
    /// <param name="parent">The revision it follows; none for the first.</param>
    /// <param name="body">The body in canonical spelling, with <c>_deleted</c> and without the other reserved members.</param>
    [SuppressMessage("Security", "CA5351", Justification = "The protocol's digest, not a protection.")]
    public static RevisionId Following(RevisionId? parent, ReadOnlySpan<byte> body)
    {
        var parentText = parent?.ToString() ?? "";
        var length = 1 + parentText.Length + body.Length;
        var rented = length > 1024 ? ArrayPool<byte>.Shared.Rent(length) : null;
        var text = rented is null ? stackalloc byte[length] : rented.AsSpan(0, length);
        text[0] = (byte)parentText.Length;
        Encoding.ASCII.GetBytes(parentText, text[1..]);
        body.CopyTo(text[(1 + parentText.Length)..]);
        Span<byte> digest = stackalloc byte[MD5.HashSizeInBytes];
        MD5.HashData(text, digest);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return new((parent?.Generation ?? 0) + 1, Convert.ToHexStringLower(digest));
    }

    public int CompareTo(RevisionId other) => Generation != other.Generation
        ? Generation.CompareTo(other.Generation)
        : string.CompareOrdinal(Digest, other.Digest);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Generation}-{Digest}");
}
