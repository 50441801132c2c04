/** Serves a `ResourceProvider` as `pulumirpc.ResourceProvider`. */
import * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { formatPath } from "./diff";
import type { ChangeKind } from "./diff";
import { toStatusError } from "./init-error";
import type { ChangeRequest, Checked, CheckRequest, Diff, ResourceProvider } from "./provider";
import { StatusError, unary } from "./serve";
import type { Engine } from "./serve";
import { fromStruct, toStruct } from "./values";

export function addProvider(server: grpc.Server, engine: Engine, provider: ResourceProvider): void {
  server.addService(ResourceProviderService, {
    ...lifecycle(engine, provider),
    ...configuration(provider),
    ...resources(provider),
    ...refused(provider),
  } as unknown as grpc.UntypedServiceImplementation);
}

function lifecycle(engine: Engine, provider: ResourceProvider) {
  return {
    handshake: unary((request: messages.ProviderHandshakeRequest) => {
      engine.connect(request.getEngineAddress());
      const response = new messages.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),
    attach: unary(() => new Empty()),
    cancel: unary(() => {
      provider.cancel();
      return new Empty();
    }),
    getPluginInfo: unary(() => {
      const info = new PluginInfo();
      info.setVersion(provider.version);
      return info;
    }),
    getSchema: unary(() => {
      const response = new messages.GetSchemaResponse();
      response.setSchema("{}");
      return response;
    }),
  };
}

function configuration(provider: ResourceProvider) {
  return {
    checkConfig: unary((request: messages.CheckRequest) => {
      const news = fromStruct(request.getNews());
      return checkResponse({ inputs: news, failures: provider.checkConfig(news) });
    }),
    diffConfig: unary(async (request: messages.DiffRequest) => {
      const olds = fromStruct(request.getOldInputs() ?? request.getOlds());
      const replaces = await provider.configReplaces(olds, fromStruct(request.getNews()));
      const response = new messages.DiffResponse();
      response.setReplacesList(replaces);
      if (replaces.length > 0) response.setChanges(messages.DiffResponse.DiffChanges.DIFF_SOME);
      return response;
    }),
    configure: unary(async (request: messages.ConfigureRequest) => {
      await provider.configure(fromStruct(request.getArgs()));
      const response = new messages.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),
  };
}

function resources(provider: ResourceProvider) {
  return {
    check: unary(async (request: messages.CheckRequest) =>
      checkResponse(await provider.check(checkRequest(request))),
    ),
    diff: unary((request: messages.DiffRequest) => {
      const diff = provider.diff({
        id: request.getId(),
        urn: request.getUrn(),
        type: request.getType(),
        oldInputs: fromStruct(request.getOldInputs()),
        oldState: fromStruct(request.getOlds()),
        inputs: fromStruct(request.getNews()),
      });
      return diffResponse(diff);
    }),
    create: unary(async (request: messages.CreateRequest) => {
      const created = await reported(() =>
        provider.create(changeRequest(request, request.getProperties())),
      );
      const response = new messages.CreateResponse();
      response.setId(created.id);
      response.setProperties(toStruct(created.state));
      return response;
    }),
    update: unary(async (request: messages.UpdateRequest) => {
      const state = await reported(() =>
        provider.update({
          ...changeRequest(request, request.getNews()),
          id: request.getId(),
          oldState: fromStruct(request.getOlds()),
        }),
      );
      const response = new messages.UpdateResponse();
      response.setProperties(toStruct(state));
      return response;
    }),
    read: unary(async (request: messages.ReadRequest) => {
      const found = await reported(() =>
        provider.read({
          id: request.getId(),
          urn: request.getUrn(),
          type: request.getType(),
          inputs: fromStruct(request.getInputs()),
          state: fromStruct(request.getProperties()),
        }),
      );
      const response = new messages.ReadResponse();
      if (!found) return response; // no id: the resource is gone
      response.setId(found.id);
      response.setProperties(toStruct(found.state));
      response.setInputs(toStruct(found.inputs));
      return response;
    }),
    delete: unary(async (request: messages.DeleteRequest) => {
      await provider.delete({
        id: request.getId(),
        urn: request.getUrn(),
        type: request.getType(),
        state: fromStruct(request.getProperties()),
        inputs: fromStruct(request.getOldInputs()),
        timeoutSeconds: request.getTimeout(),
      });
      return new Empty();
    }),
  };
}

/**
 * Each of these would need code of the official plugin: say so instead of failing in an unclear
 * way.
 */
function refused(provider: ResourceProvider) {
  const no = (what: string) => new StatusError(provider.refuse(what), grpc.status.UNIMPLEMENTED);
  const refuse = <Request>(what: (request: Request) => string) =>
    unary<Request, never>((request) => {
      throw no(what(request));
    });
  return {
    invoke: refuse((request: messages.InvokeRequest) => `the function ${request.getTok()}`),
    call: refuse((request: messages.CallRequest) => `the method ${request.getTok()}`),
    construct: refuse((request: messages.ConstructRequest) => `the component ${request.getType()}`),
    parameterize: refuse(() => "parameters of the package"),
    getMapping: unary(() => new messages.GetMappingResponse()),
    getMappings: unary(() => new messages.GetMappingsResponse()),
    list: (call: grpc.ServerWritableStream<messages.ListRequest, messages.ListResponse>) => {
      const error = no("listing of resources");
      call.emit("error", { code: error.code, details: error.message });
    },
  };
}

async function reported<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw toStatusError(error);
  }
}

function checkRequest(request: messages.CheckRequest): CheckRequest {
  const autonaming = request.getAutonaming();
  return {
    urn: request.getUrn(),
    name: request.getName(),
    type: request.getType(),
    olds: fromStruct(request.getOlds()),
    news: fromStruct(request.getNews()),
    proposedName: autonaming?.getProposedName() ?? "",
    autonamingDisabled:
      autonaming?.getMode() === messages.CheckRequest.AutonamingOptions.Mode.DISABLE,
    randomSeed: request.getRandomseed_asU8(),
  };
}

function changeRequest(
  request: messages.CreateRequest | messages.UpdateRequest,
  inputs: Parameters<typeof fromStruct>[0],
): ChangeRequest {
  return {
    urn: request.getUrn(),
    type: request.getType(),
    inputs: fromStruct(inputs),
    preview: request.getPreview(),
    timeoutSeconds: request.getTimeout(),
  };
}

function checkResponse(checked: Checked): messages.CheckResponse {
  const response = new messages.CheckResponse();
  response.setInputs(toStruct(checked.inputs));
  response.setFailuresList(
    checked.failures.map(({ property, reason }) => {
      const failure = new messages.CheckFailure();
      failure.setProperty(property);
      failure.setReason(reason);
      return failure;
    }),
  );
  return response;
}

const { Kind } = messages.PropertyDiff;
const inPlace: Record<ChangeKind, messages.PropertyDiff.Kind> = {
  add: Kind.ADD,
  update: Kind.UPDATE,
  delete: Kind.DELETE,
};
const byReplacement: Record<ChangeKind, messages.PropertyDiff.Kind> = {
  add: Kind.ADD_REPLACE,
  update: Kind.UPDATE_REPLACE,
  delete: Kind.DELETE_REPLACE,
};

function diffResponse({ changes, deleteBeforeReplace = false }: Diff): messages.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  const response = new messages.DiffResponse();
  response.setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setHasdetaileddiff(true);
  for (const { path, kind, replace, ofOutput } of changes) {
    const difference = new messages.PropertyDiff();
    difference.setKind((replace ? byReplacement : inPlace)[kind]);
    difference.setInputdiff(!ofOutput);
    response.getDetaileddiffMap().set(formatPath(path), difference);
  }
  response.setReplacesList(
    changes.filter((change) => change.replace).map((change) => formatPath(change.path)),
  );
  response.setDeletebeforereplace(deleteBeforeReplace);
  return response;
}
