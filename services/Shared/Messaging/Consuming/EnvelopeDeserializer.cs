using System.Net.Mime;
using MassTransit;
using MassTransit.Serialization;

namespace OfflineActions.Messaging.Consuming;

/// <summary>
/// Reads messages in the envelope that MassTransit's clients send by default. MassTransit's own reader would skip them: it knows a message
/// by the .NET namespace of its type.
/// </summary>
/// <param name="bare">Reads a message without an envelope.</param>
internal sealed class EnvelopeDeserializer(IMessageDeserializer bare) : IMessageDeserializer
{
    public ContentType ContentType => SystemTextJsonMessageSerializer.JsonContentType;

    public ConsumeContext Deserialize(ReceiveContext receiveContext) => new BodyConsumeContext(
        receiveContext, Deserialize(receiveContext.Body, receiveContext.TransportHeaders, receiveContext.InputAddress));

    public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null) =>
        bare.Deserialize(new BytesMessageBody(MessageJson.Unwrap(body.GetBytes())), headers, destinationAddress);

    public MessageBody GetMessageBody(string text) => bare.GetMessageBody(text);

    public void Probe(ProbeContext context) => bare.Probe(context);
}

/// <summary>Adds it to a bus.</summary>
/// <param name="bare">Creates what reads a message without an envelope.</param>
internal sealed class EnvelopeDeserializerFactory(ISerializerFactory bare) : ISerializerFactory
{
    public ContentType ContentType => SystemTextJsonMessageSerializer.JsonContentType;

    public IMessageDeserializer CreateDeserializer() => new EnvelopeDeserializer(bare.CreateDeserializer());

    public IMessageSerializer CreateSerializer() => throw new NotSupportedException("Messages are sent without an envelope.");
}
