/** The stand-in for the official language host `nodejs`, served as `pulumirpc.LanguageRuntime`. */
import * as grpc from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { StatusError, unary } from "../rpc/serve";
import { Program } from "./program";
import type { Outcome, RuntimeOptions } from "./program";

/** The version of @pulumi/pulumi whose host this stands in for. */
const version = "3.248.0";
const running = new Set<Program>();
type RunCall = grpc.ServerUnaryCall<messages.RunRequest, messages.RunResponse>;

/** For the end of the host: no program outlives it. */
export function killPrograms(): void {
  for (const program of running) program.kill();
}

export function addLanguageHost(server: grpc.Server): void {
  let engineAddress = process.argv.slice(2).find((argument) => !argument.startsWith("-")) ?? "";
  server.addService(LanguageRuntimeService, {
    handshake: unary((request: messages.LanguageHandshakeRequest) => {
      engineAddress = request.getEngineAddress();
      return new messages.LanguageHandshakeResponse();
    }),
    run: unary(async (request: messages.RunRequest, call: RunCall) => {
      const outcome = await run(request, engineAddress, call);
      const response = new messages.RunResponse();
      response.setError(outcome.error);
      response.setBail(outcome.bail);
      return response;
    }),
    cancel: unary(() => {
      for (const program of running) program.cancel();
      return new Empty();
    }),
    ...aboutTheHost(),
    ...refused(),
  } as unknown as grpc.UntypedServiceImplementation);
}

async function run(
  request: messages.RunRequest,
  engineAddress: string,
  call: RunCall,
): Promise<Outcome> {
  const info = request.getInfo();
  if (!info) throw new Error("The engine did not say which program to run.");
  if (request.getAttachDebugger()) {
    return {
      error: "This stand-in for pulumi-language-nodejs does not support --attach-debugger.",
      bail: false,
    };
  }
  const program = new Program({
    monitorAddress: request.getMonitorAddress(),
    engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    stack: request.getStack(),
    rootDirectory: info.getRootDirectory(),
    programDirectory: info.getProgramDirectory(),
    entryPoint: info.getEntryPoint(),
    dryRun: request.getDryrun(),
    parallel: request.getParallel(),
    arguments: request.getArgsList(),
    config: Object.fromEntries(request.getConfigMap().toArray()),
    configSecretKeys: request.getConfigsecretkeysList(),
    options: (info.getOptions()?.toJavaScript() ?? {}) as RuntimeOptions,
  });
  running.add(program);
  call.on("cancelled", () => program.cancel());
  try {
    return await program.end();
  } finally {
    running.delete(program);
  }
}

function aboutTheHost() {
  return {
    getPluginInfo: unary(() => {
      const info = new PluginInfo();
      info.setVersion(version);
      return info;
    }),
    // Plugins are found when they are needed: there is nothing to download ahead.
    getRequiredPlugins: unary(() => new messages.GetRequiredPluginsResponse()),
    getRequiredPackages: unary(() => new messages.GetRequiredPackagesResponse()),
    about: unary(() => {
      const about = new messages.AboutResponse();
      about.setExecutable(process.execPath);
      about.setVersion(process.version);
      return about;
    }),
    getProgramDependencies: unary(() => new messages.GetProgramDependenciesResponse()),
    runtimeOptionsPrompts: unary(() => new messages.RuntimeOptionsResponse()),
    installDependencies: (
      call: grpc.ServerWritableStream<
        messages.InstallDependenciesRequest,
        messages.InstallDependenciesResponse
      >,
    ) => {
      const message = new messages.InstallDependenciesResponse();
      message.setStdout(Buffer.from("Dependencies of the program are installed by npm ci.\n"));
      call.write(message);
      call.end();
    },
  };
}

function refused() {
  const no = (what: string) =>
    new StatusError(
      `This stand-in for pulumi-language-nodejs does not support ${what}: it only runs programs.`,
      grpc.status.UNIMPLEMENTED,
    );
  const refuse = (what: string) =>
    unary(() => {
      throw no(what);
    });
  return {
    template: refuse("templates"),
    generateProgram: refuse("the generation of programs"),
    generateProject: refuse("the generation of projects"),
    generatePackage: refuse("the generation of SDKs"),
    pack: refuse("packing"),
    link: refuse("linking of SDKs"),
    runPlugin: (
      call: grpc.ServerWritableStream<messages.RunPluginRequest, messages.RunPluginResponse>,
    ) => {
      const error = no("plugins written in TypeScript");
      call.emit("error", { code: error.code, details: error.message });
    },
  };
}
