using System.Runtime.ExceptionServices;
using MassTransit;

namespace ServiceDefaults.Bus;

/// <summary>
/// Cancelled is not failed: a message whose consumer gives up because the process stops goes back to its queue. MassTransit does that
/// only once it has cancelled the delivery itself, and would move everything else to the error queue, where nobody works on it.
/// </summary>
internal static class HandBack
{
    public static void WhatIsCancelled(IReceiveEndpointConfigurator endpoint) => endpoint.ConfigureError(error => error.UseExecute(context =>
    {
        if (context.Exception is ConsumerCanceledException)
        {
            // What is thrown on the way to the error queue ends as a negative acknowledgement. Each counts as a delivery, so that a
            // consumer that cancels for ever meets the delivery limit.
            ExceptionDispatchInfo.Throw(context.Exception);
        }
    }));
}
