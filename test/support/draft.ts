/** The program's values while a test makes or alters them: the same types, but nothing in them is read-only. */
import * as experiment from '../../src/config/experiment/experiment.ts';
import * as scenario from '../../src/config/experiment/scenario.ts';
import * as server from '../../src/config/experiment/server.ts';
import * as verdict from '../../src/judge/verdict/verdict.ts';
import * as observation from '../../src/measure/observed/arm-observation.ts';
import * as measurement from '../../src/measure/observed/measurement.ts';
import * as plan from '../../src/plan/plan.ts';

type Leaf = string | number | boolean | bigint | symbol | null | undefined;

/** `T` with everything inside it open to change, at every depth. */
export type Draft<T> = T extends Leaf | ((...args: never[]) => unknown)
  ? T
  : { -readonly [Key in keyof T]: Draft<T[Key]> };

export const Experiment = experiment.Experiment;
export type Experiment = Draft<experiment.Experiment>;
export const Gate = experiment.Gate;
export type Gate = Draft<experiment.Gate>;
export const HoldScenario = scenario.HoldScenario;
export type HoldScenario = Draft<scenario.HoldScenario>;
export const HttpRequest = scenario.HttpRequest;
export type HttpRequest = Draft<scenario.HttpRequest>;
export const HttpScenario = scenario.HttpScenario;
export type HttpScenario = Draft<scenario.HttpScenario>;
export const Scenario = scenario.Scenario;
export type Scenario = Draft<scenario.Scenario>;
export const Server = server.Server;
export type Server = Draft<server.Server>;
export const ArmObservation = observation.ArmObservation;
export type ArmObservation = Draft<observation.ArmObservation>;
export const BlockMeasurement = measurement.BlockMeasurement;
export type BlockMeasurement = Draft<measurement.BlockMeasurement>;
export const Claim = measurement.Claim;
export type Claim = Draft<measurement.Claim>;
export const ClaimsToConfirm = measurement.ClaimsToConfirm;
export type ClaimsToConfirm = Draft<measurement.ClaimsToConfirm>;
export const Failure = measurement.Failure;
export type Failure = Draft<measurement.Failure>;
export const HoldObservation = observation.HoldObservation;
export type HoldObservation = Draft<observation.HoldObservation>;
export const Measurement = measurement.Measurement;
export type Measurement = Draft<measurement.Measurement>;
export const Pilot = measurement.Pilot;
export type Pilot = Draft<measurement.Pilot>;
export const RunnerObservation = measurement.RunnerObservation;
export type RunnerObservation = Draft<measurement.RunnerObservation>;
export const SubjectMeasurement = measurement.SubjectMeasurement;
export type SubjectMeasurement = Draft<measurement.SubjectMeasurement>;
export const BlockPlan = plan.BlockPlan;
export type BlockPlan = Draft<plan.BlockPlan>;
export const Phases = plan.Phases;
export type Phases = Draft<plan.Phases>;
export const SubjectPlan = plan.SubjectPlan;
export type SubjectPlan = Draft<plan.SubjectPlan>;
export const MetricVerdict = verdict.MetricVerdict;
export type MetricVerdict = Draft<verdict.MetricVerdict>;
export const SubjectVerdict = verdict.SubjectVerdict;
export type SubjectVerdict = Draft<verdict.SubjectVerdict>;
export const Verdict = verdict.Verdict;
export type Verdict = Draft<verdict.Verdict>;

/** A copy that may be altered. */
export function draftOf<T>(value: T): Draft<T> {
  return structuredClone(value) as Draft<T>;
}
