using MassTransit;

namespace ServiceDefaults.Bus;

/// <summary>What an exception carries in its <see cref="Exception.Data"/> goes to the error queue with the message, as headers.</summary>
internal static class EndingHeaders
{
    public static void Keep(IReceiveEndpointConfigurator endpoint)
    {
        endpoint.ConfigureError(error => error.UseExecute(Copy));
        endpoint.ConfigureDefaultErrorTransport();
    }

    private static void Copy(ExceptionReceiveContext context)
    {
        foreach (var name in context.Exception.Data.Keys.OfType<string>())
        {
            if (context.Exception.Data[name] is string value)
            {
                context.ExceptionHeaders.Set(name, value);
            }
        }
    }
}
