using System.Globalization;

namespace OfflineActions.Tests.Pipeline;

/// <summary>A span in OTLP.</summary>
/// <param name="Source">The activity source that made it.</param>
/// <param name="Trace">The trace's id.</param>
/// <param name="Id">Its own id.</param>
/// <param name="Parent">Its parent's id; empty for a root.</param>
/// <param name="Name">Its name.</param>
/// <param name="Kind">1 internal, 2 server, 3 client, 4 producer, 5 consumer.</param>
internal sealed record Span(string Source, string Trace, string Id, string Parent, string Name, int Kind)
{
    /// <summary>Its attributes, as text.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; private init; } = new Dictionary<string, string>();

    /// <summary>The traces that it links to.</summary>
    public IReadOnlyList<string> LinkedTraces { get; private init; } = [];

    /// <summary>The spans in an <c>ExportTraceServiceRequest</c>.</summary>
    public static IEnumerable<Span> Read(ReadOnlyMemory<byte> request) =>
        from resource in ProtobufMessage.Read(request).Messages(1)
        from scope in resource.Messages(2)
        let source = scope.Messages(1).Single().Text(1)
        from span in scope.Messages(2)
        select new Span(source, span.Hex(1), span.Hex(2), span.Hex(4), span.Text(5), span.Number(6))
        {
            Tags = span.Messages(9).ToDictionary(tag => tag.Text(1), tag => ReadValue(tag.Messages(2).Single())),
            LinkedTraces = [.. span.Messages(13).Select(link => link.Hex(1))],
        };

    private static string ReadValue(ProtobufMessage value) =>
        value.Has(1) ? value.Text(1)
        : value.Has(4) ? value.Double(4).ToString(CultureInfo.InvariantCulture)
        : value.Number(3).ToString(CultureInfo.InvariantCulture);
}
