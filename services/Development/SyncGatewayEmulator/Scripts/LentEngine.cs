using System.Text;
using Jint;
using Jint.Native;
using Jint.Native.Json;

namespace OfflineActions.Emulators.Scripts;

/// <summary>An engine with a script's function in it, for the length of one call.</summary>
internal sealed class LentEngine(Engine engine, JsValue function)
{
    private readonly JsonParser json = new(engine);

    public JsValue Function => function;

    /// <summary>Calls the script's function.</summary>
    public JsValue Call(params JsValue[] arguments) => engine.Call(function, arguments);

    /// <summary>Calls a function of the script's library.</summary>
    public JsValue CallNamed(string name, params JsValue[] arguments) => engine.Call(engine.GetValue(name), arguments);

    /// <summary>JSON as a value; null as <c>null</c>.</summary>
    public JsValue Parse(byte[]? document) => document is null ? JsValue.Null : json.Parse(Encoding.UTF8.GetString(document));
}
