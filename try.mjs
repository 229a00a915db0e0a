import { EpisodeReader } from "@throughline/envs";
import { LearningHistory, Curriculum, spacedLevels, sampling, SequenceLoader, SequenceAssembler, checkEnvs, lastEpisodes } from "@throughline/cec";
const root="/work/learn/data/cec/source/";
for (const [name, n] of [["goal",3],["water",3],["path",2]]) {
  const ladder = new EpisodeReader(`${root}${name}-ladder/artifacts/episodes`);
  const alone = new EpisodeReader(`${root}${name}-alone/artifacts/episodes`);
  const histories = Array.from({length:n},(_, level)=>new LearningHistory(ladder,{level, gate:false}));
  const td = new Curriculum(spacedLevels(histories,{episodes:100*n}),{sampling:sampling.taskDifficulty({most:3})});
  console.log(String(td)); console.log();
  const lp = new Curriculum(spacedLevels([new LearningHistory(alone)],{episodes:300}),{sampling:sampling.learningProgress({episodes:9})});
  console.log(String(lp)); console.log();
  const bc = new Curriculum([lastEpisodes(new LearningHistory(alone),300)],{sampling:sampling.singleEpisodes()});
  console.log(String(bc)); console.log();
  console.log(td.sequence({seed:1,epoch:0,index:0}).map(e=>`${e.level}:${e.place}`).join(" "), "|", td.with({order:"shuffled"}).sequence({seed:1,epoch:0,index:0}).map(e=>`${e.level}:${e.place}`).join(" "));
  for (const workers of [0,1,2]) {
    const loader = new SequenceLoader(td,{seed:1,chunk:128,batch:4,workers,returns:"future"});
    if (workers===0) checkEnvs(loader.card);
    const t=performance.now(); let frames=0; let first; let sum=0;
    for (let i=0;i<75;i++){ const b=await loader.next(); first??=performance.now()-t; frames+=b.actions.shape[0]*b.actions.shape[1]; sum+=b.actions.sum().item()+b.observations.image.sum().item(); }
    const dt=performance.now()-t;
    const t2=performance.now(); for (let i=0;i<75;i++) await loader.next(); const dt2=performance.now()-t2;
    console.log(workers,"workers: first",first.toFixed(0),"ms; 75 batches",dt.toFixed(0),"ms, 2nd epoch",dt2.toFixed(0),"ms; frames/batch",(frames/75).toFixed(0),"waited",loader.waited.toFixed(0),sum,JSON.stringify(loader.stateDict()));
    await loader.close();
  }
  ladder.close(); alone.close();
}
