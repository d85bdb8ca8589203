using CsCheck;
using OfflineActions.Gateway.CatchUp;

namespace OfflineActions.Tests.CatchUp;

public sealed class IntrusiveListTests
{
    [Test]
    public void It_behaves_as_a_linked_list_does() => Gen.Select(Gen.Int[0, 9], Gen.Bool).Array[0, 60].Sample(steps =>
    {
        var items = Enumerable.Range(0, 10).Select(number => new Item(number)).ToArray();
        var (list, model) = (new IntrusiveList<Item>(), new LinkedList<Item>());
        foreach (var (number, atHead) in steps)
        {
            var item = items[number];
            // Adding and removing by turns.
            if (model.Remove(item))
            {
                list.Remove(item);
            }
            else if (atHead)
            {
                list.AddFirst(item);
                model.AddFirst(item);
            }
            else
            {
                list.AddLast(item);
                model.AddLast(item);
            }

            Assert.That((list.First, list.Count), Is.EqualTo((model.First?.Value, model.Count)));
        }

        Assert.That(Drain(list), Is.EqualTo(model));
    });

    [Test]
    public void An_item_is_in_one_list_at_a_time()
    {
        var (list, other) = (new IntrusiveList<Item>(), new IntrusiveList<Item>());
        var (only, absent) = (new Item(1), new Item(2));
        list.AddLast(only);
        Assert.That(() => list.AddLast(only), Throws.InvalidOperationException);
        Assert.That(() => list.AddFirst(only), Throws.InvalidOperationException);
        Assert.That(() => list.Remove(absent), Throws.InvalidOperationException);

        list.AddLast(absent);
        Assert.That(() => other.AddLast(absent), Throws.InvalidOperationException);
        Assert.That(() => other.Remove(only), Throws.InvalidOperationException);
        Assert.That(Drain(list), Is.EqualTo(new[] { only, absent }));
    }

    private static List<Item> Drain(IntrusiveList<Item> list)
    {
        var items = new List<Item>();
        while (list.First is { } first)
        {
            items.Add(first);
            list.Remove(first);
        }

        return items;
    }

    private sealed class Item(int number) : ListItem<Item>
    {
        public override string ToString() => $"{number}";
    }
}
