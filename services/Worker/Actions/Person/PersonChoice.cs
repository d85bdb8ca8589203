using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace OfflineActions.Worker.Actions.Person;

/// <summary>The candidates for a request without <c>personId</c>, in the order in which they are tried.</summary>
/// <remarks>
/// The candidates depend only on the request, so that a message that is delivered twice, or to two workers, ends in the same person.
/// Over many requests every number is equally likely.
/// </remarks>
public static class PersonChoice
{
    /// <summary>The number of candidates. SWAPI's numbers have one gap, so ten missing people in a row are not chance.</summary>
    public const int MaxCandidates = 10;

    /// <summary>Distinct numbers from 1 to <paramref name="highest"/>, at most <see cref="MaxCandidates"/>.</summary>
    public static IEnumerable<int> Candidates(string documentId, string revision, int highest)
    {
        ArgumentNullException.ThrowIfNull(documentId);
        ArgumentNullException.ThrowIfNull(revision);

        // The length keeps ("ab", "c") and ("a", "bc") apart.
        var seed = SHA256.HashData(Encoding.UTF8.GetBytes($"{documentId.Length}:{documentId}{revision}"));

        return Draw(seed, highest);
    }

    // The first cards of a shuffled deck; only the places that were swapped are remembered.
    private static IEnumerable<int> Draw(byte[] seed, int highest)
    {
        var moved = new Dictionary<int, int>();

        for (var drawn = 0; drawn < Math.Min(MaxCandidates, highest); drawn++)
        {
            var place = drawn + (int)(Number(seed, drawn) % (ulong)(highest - drawn));
            var card = moved.GetValueOrDefault(place, place);
            moved[place] = moved.GetValueOrDefault(drawn, drawn);

            yield return card + 1;
        }
    }

    private static ulong Number(byte[] seed, int drawn) =>
        BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData([.. seed, (byte)drawn]));
}
