using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using OfflineActions.ServiceDefaults.Logging;

namespace OfflineActions.Operator.Serve.Pages;

/// <summary>
/// A piece of HTML. Only <see cref="Of"/> makes one, and it encodes every value: document ids and failure texts come from apps and other
/// servers.
/// </summary>
internal sealed class Html
{
    public static readonly Html Empty = new("");

    private readonly string text;

    private Html(string text) => this.text = text;

    /// <summary>HTML with values between it: <c>Html.Of($"&lt;b&gt;{name}&lt;/b&gt;")</c>. Values that are HTML stay as they are.</summary>
    public static Html Of(HtmlBuilder content) => new(content.ToString());

    /// <summary>The same, if a condition holds.</summary>
    public static Html When(bool condition, Func<Html> content) => condition ? content() : Empty;

    /// <summary>One piece for each item.</summary>
    public static Html Each<T>(IEnumerable<T> items, Func<T, Html> content) => new(string.Concat(items.Select(item => content(item).text)));

    /// <summary>A text that people read: what is invisible in it is shown as an escape, so that two ids that differ look different.</summary>
    public static Html Visible(string? value) => Of($"{VisibleText.Escape(value ?? "")}");

    public override string ToString() => text;
}

/// <summary>Builds HTML from an interpolated string, and encodes every value that is not HTML itself.</summary>
[InterpolatedStringHandler]
internal readonly struct HtmlBuilder(int literalLength, int formattedCount)
{
    private readonly StringBuilder text = new(literalLength + (16 * formattedCount));

    public void AppendLiteral(string literal) => text.Append(literal);

    public void AppendFormatted(Html? value) => text.Append(value);

    public void AppendFormatted(string? value) => text.Append(HtmlEncoder.Default.Encode(value ?? ""));

    public void AppendFormatted<T>(T value) =>
        AppendFormatted(Convert.ToString(value, CultureInfo.InvariantCulture));

    public override string ToString() => text.ToString();
}
