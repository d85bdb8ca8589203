using System.ComponentModel;
using System.Runtime.InteropServices;

namespace OfflineActions.Dev;

/// <summary>Sends Unix signals, for which .NET has no API.</summary>
internal static class Signal
{
    private static readonly bool IsMac = OperatingSystem.IsMacOS();

    public static void Terminate(int process) => Send(process, 15);

    public static void Stop(int process) => Send(process, IsMac ? 17 : 19);

    public static void Continue(int process) => Send(process, IsMac ? 19 : 18);

    private static void Send(int process, int number)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Windows has no signals.");
        }

        if (kill(process, number) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"Cannot send signal {number} to process {process}.");
        }
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int kill(int process, int signal);
}
