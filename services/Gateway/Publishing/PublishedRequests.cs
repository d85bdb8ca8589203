using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace OfflineActions.Gateway.Publishing;

/// <summary>
/// What this process has published with the broker's confirm, by webhook or by catch-up, so that it is not published twice. It keeps a hash
/// of 64 bits for each request, about 60 bytes in all. Beyond its limit the oldest are forgotten, at the price of a message too many.
/// </summary>
internal sealed class PublishedRequests(int limit)
{
    private readonly Lock gate = new();
    private readonly Dictionary<ulong, TimeSpan> times = [];
    private readonly Queue<(ulong Request, TimeSpan At)> oldestFirst = new();
    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);
    private long epoch;

    /// <summary>A request was added: the document's id, the revision that asks, and the time. Raised on the thread that added it.</summary>
    public event Action<string, string, TimeSpan>? Added;

    /// <summary>Changes whenever everything is forgotten.</summary>
    public long Epoch => Interlocked.Read(ref epoch);

    /// <summary>Adds a request whose message is in a queue.</summary>
    /// <param name="documentId">The document.</param>
    /// <param name="revision">The revision that asks.</param>
    /// <param name="now">The time.</param>
    /// <param name="sentIn">The <see cref="Epoch"/> in which sending began. If it is over, the queue may be gone, and nothing is added.</param>
    public void Add(string documentId, string revision, TimeSpan now, long sentIn)
    {
        lock (gate)
        {
            if (sentIn != epoch)
            {
                return;
            }

            var request = Hash(documentId, revision);
            times[request] = now;
            oldestFirst.Enqueue((request, now));
            while (times.Count > limit || oldestFirst.Count > 2 * limit)
            {
                var (oldest, at) = oldestFirst.Dequeue();
                if (times.GetValueOrDefault(oldest) == at)
                {
                    times.Remove(oldest);
                }
            }
        }

        Added?.Invoke(documentId, revision, now);
    }

    /// <summary>When this request was published; null when it was not, as far as is remembered.</summary>
    public TimeSpan? PublishedAt(string documentId, string revision)
    {
        lock (gate)
        {
            // After a start there is nothing to find, and a million rows to ask for.
            return times.Count > 0 && times.TryGetValue(Hash(documentId, revision), out var at) ? at : null;
        }
    }

    /// <summary>Forgets everything: messages may be lost, or documents be back from the past.</summary>
    public void Clear()
    {
        lock (gate)
        {
            epoch++;
            times.Clear();
            oldestFirst.Clear();
            times.TrimSpare();
            oldestFirst.TrimSpare();
        }
    }

    // Keyed, so that no app can find two ids with the same hash and hide one request behind the other. A revision contains no line break.
    private ulong Hash(string documentId, string revision) =>
        BinaryPrimitives.ReadUInt64LittleEndian(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{revision}\n{documentId}")));
}
