using OfflineActions.Emulators.Store;

namespace OfflineActions.Tests.Emulators;

/// <summary>The arrays that ids and bodies of many documents share.</summary>
public sealed class PackedTests
{
    [Test]
    public void Texts_of_several_threads_stay_as_they_are()
    {
        var texts = Enumerable.Range(0, 4_000)
            .Select(number => new string((char)('a' + (number % 26)), number % (Packed<char>.MaxLength + 2)))
            .ToArray();
        var kept = new ArraySegment<char>[texts.Length];

        var four = new ParallelOptions { MaxDegreeOfParallelism = 4 };
        Parallel.For(0, texts.Length, four, number => kept[number] = Packed<char>.Keep(texts[number]));

        Assert.That(kept.Select(text => new string(text)), Is.EqualTo(texts));
    }

    [Test]
    public void Short_texts_share_an_array_and_a_long_one_has_its_own()
    {
        // On a thread of its own, which begins with an empty array.
        var (first, second, third) = RunAlone(() => (
            Packed<byte>.Keep("first"u8), Packed<byte>.Keep(new byte[Packed<byte>.MaxLength + 1]), Packed<byte>.Keep("third"u8)));

        Assert.That(third.Array, Is.SameAs(first.Array));
        Assert.That(third.Offset, Is.EqualTo(first.Count));
        Assert.That((second.Array!.Length, second.Offset), Is.EqualTo((Packed<byte>.MaxLength + 1, 0)));
    }

    private static T RunAlone<T>(Func<T> run)
    {
        var result = default(T)!;
        var thread = new Thread(() => result = run());
        thread.Start();
        thread.Join();
        return result;
    }
}
