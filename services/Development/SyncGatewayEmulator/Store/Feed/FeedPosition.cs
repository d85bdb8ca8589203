using System.Globalization;

namespace OfflineActions.Emulators.Store;

/// <summary>
/// A position in the feed: <c>N</c>; <c>T:N</c> while listing older documents because of the grant at T; <c>L::N</c> or <c>L:T:N</c> while
/// sequences after L are skipped.
/// </summary>
internal readonly record struct FeedPosition(long Sequence, long Trigger = 0, long Low = 0)
{
    public static bool TryParse(string text, out FeedPosition position)
    {
        position = default;
        var parts = text.Split(':');
        var numbers = new long[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            // Only the middle one of three numbers may be missing.
            if ((parts[i].Length > 0 || i != 1 || parts.Length != 3)
                && (!long.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]) || numbers[i] == long.MaxValue))
            {
                return false;
            }
        }

        position = numbers switch
        {
            [var sequence] => new(sequence),
            [var trigger, var sequence] => new(sequence, trigger),
            [var low, var trigger, var sequence] => new(sequence, trigger, low),
            _ => new(-1),
        };
        return position.Sequence >= 0;
    }

    /// <summary>The position to resume at without missing a row.</summary>
    public FeedPosition ResumeAt => Low > 0 && Low < (Trigger > 0 ? Trigger : Sequence) ? new(Low) : new(Sequence, Trigger);

    public override string ToString() => (Low < Sequence ? Low : 0, Trigger) switch
    {
        (0, 0) => string.Create(CultureInfo.InvariantCulture, $"{Sequence}"),
        (0, _) => string.Create(CultureInfo.InvariantCulture, $"{Trigger}:{Sequence}"),
        (_, 0) => string.Create(CultureInfo.InvariantCulture, $"{Low}::{Sequence}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Low}:{Trigger}:{Sequence}"),
    };
}
