namespace OfflineActions.Gateway.CatchUp;

/// <summary>
/// A list whose items hold their own links: it needs no node for each, and removes one at the cost of adding one. An item is in one list at
/// a time.
/// </summary>
internal sealed class IntrusiveList<T>
    where T : ListItem<T>
{
    private T? last;

    /// <summary>The item at the head; null when the list is empty.</summary>
    public T? First { get; private set; }

    /// <summary>How many items it has.</summary>
    public int Count { get; private set; }

    /// <summary>Adds an item that is in no list.</summary>
    /// <exception cref="InvalidOperationException">It is in this list, or between others in another one.</exception>
    public void AddLast(T item)
    {
        CheckFree(item);
        if (last is null)
        {
            First = item;
        }
        else
        {
            (last.Next, item.Previous) = (item, last);
        }

        last = item;
        Count++;
    }

    /// <summary>Adds an item that is in no list at the head.</summary>
    /// <exception cref="InvalidOperationException">It is in this list, or between others in another one.</exception>
    public void AddFirst(T item)
    {
        CheckFree(item);
        if (First is null)
        {
            last = item;
        }
        else
        {
            (First.Previous, item.Next) = (item, First);
        }

        First = item;
        Count++;
    }

    /// <summary>Removes an item of this list.</summary>
    /// <exception cref="InvalidOperationException">It is in no list, or at an end of another one.</exception>
    public void Remove(T item)
    {
        var (previous, next) = (item.Previous, item.Next);
        if ((previous is null && item != First) || (next is null && item != last))
        {
            throw new InvalidOperationException("The item is not in this list.");
        }

        if (previous is null)
        {
            First = next;
        }
        else
        {
            previous.Next = next;
        }

        if (next is null)
        {
            last = previous;
        }
        else
        {
            next.Previous = previous;
        }

        (item.Previous, item.Next) = (null, null);
        Count--;
    }

    private void CheckFree(T item)
    {
        if (item == First || item.Previous is not null || item.Next is not null)
        {
            throw new InvalidOperationException("The item is in a list.");
        }
    }
}

/// <summary>What can be in an <see cref="IntrusiveList{T}"/>.</summary>
internal abstract class ListItem<T>
    where T : ListItem<T>
{
    internal T? Previous { get; set; }

    internal T? Next { get; set; }
}
