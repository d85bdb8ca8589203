namespace OfflineActions.Operator.Output;

/// <summary>One column of a table.</summary>
/// <param name="Head">Its heading.</param>
/// <param name="Text">What stands there.</param>
/// <param name="Right">Whether it is a number.</param>
internal sealed record Column<T>(string Head, Func<T, string?> Text, bool Right = false);
